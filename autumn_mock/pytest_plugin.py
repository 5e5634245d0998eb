"""The pytest plugin: fixtures `autumn`, `autumn_server`, `make_autumn` and the marker `autumn`."""
