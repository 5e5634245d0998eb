PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DEV = $(VENV)/dev-ready
OLD_SDK = .venv-sdk-1.1.0
JS = tests/clients/js
PIP = pip install --quiet --disable-pip-version-check

.PHONY: help run test check clients bench parity docs clean
help:  ## Show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# What a user needs; the tools of development come on top with the first `make test`.
$(BIN)/autumn-mock: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/$(PIP) --editable .
	@touch $@

$(DEV): pyproject.toml | $(BIN)/autumn-mock
	$(BIN)/$(PIP) --editable '.[dev]'
	@touch $@

run: $(BIN)/autumn-mock  ## Set up, and serve on http://127.0.0.1:8788 with the starter world
	$(BIN)/autumn-mock serve --seed fixtures/starter.json --data autumn-mock.json

test: $(DEV)  ## Set up, and run the tests
	$(BIN)/pytest

check: $(DEV)  ## Linters and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# features.* of autumn-sdk 1.2.0 can't be imported (a fault of that release), so 1.1.0 has its turn too.
$(OLD_SDK)/ready: pyproject.toml
	$(PYTHON) -m venv $(OLD_SDK)
	$(OLD_SDK)/bin/$(PIP) --editable . pytest svix autumn-sdk==1.1.0
	@touch $@

$(JS)/node_modules/.package-lock.json: $(JS)/package.json $(JS)/package-lock.json
	npm ci --prefix $(JS) --no-audit --no-fund
	@touch $@

clients: export AUTUMN_MOCK_TEST_CLIENTS = required
clients: $(DEV) $(OLD_SDK)/ready $(JS)/node_modules/.package-lock.json  ## The official SDKs, unmodified, against the server
	$(BIN)/pytest tests/clients
	$(OLD_SDK)/bin/pytest tests/clients --ignore tests/clients/test_js_sdk.py

bench: $(DEV)  ## Benchmarks: ratios within one run
	$(BIN)/python -m benchmarks

parity: $(DEV)  ## Replay recordings of the real service, where they are at hand
	$(BIN)/python -m tests.parity

docs: $(DEV)  ## Write the generated parts of the documents anew
	$(BIN)/python -m tests.generated

clean:  ## Remove what the other targets made
	rm -rf $(VENV) $(OLD_SDK) $(JS)/node_modules .pytest_cache .mypy_cache .ruff_cache
