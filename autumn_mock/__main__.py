"""`python -m autumn_mock` is `autumn-mock`."""

from autumn_mock.cli import main

if __name__ == "__main__":
    main()
