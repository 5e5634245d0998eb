PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: help run test check bench parity clean
help:  ## Show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/autumn-mock: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(BIN)/autumn-mock  ## Set up, and serve on http://127.0.0.1:8788 with the starter world
	$(BIN)/autumn-mock serve --seed fixtures/starter.json --data autumn-mock.json

test: $(BIN)/autumn-mock  ## Set up, and run the tests
	$(BIN)/pytest

check: $(BIN)/autumn-mock  ## Linters and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(BIN)/autumn-mock  ## Benchmarks: ratios within one run
	$(BIN)/python -m benchmarks

parity: $(BIN)/autumn-mock  ## Replay recordings of the real service, where they are at hand
	$(BIN)/python -m tests.parity

clean:  ## Remove what the other targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
