# Everything runs in its own virtual environment, which the first target that is run sets up.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# The folder of a corpus with a MANIFEST.tsv, for the benchmarks.
CORPUS ?= ../shared/corpus
SCHEMAS ?= /usr/share/libvirt/schemas
# How long `make fuzz` runs.
FUZZ_SECONDS ?= 3600

.PHONY: demo test test-all fuzz lint format schemas docs bench clean

$(VENV)/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "vnetlint needs Python 3.11 or newer; install the package python3"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python's venv is missing: \
	install the package python3-venv (Debian) or python3 (Fedora)"; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

demo: $(VENV)/.ready ## Show what is wrong with the site in examples/, and what would fix it.
	@examples/demo $(BIN)/vnetlint

test: $(VENV)/.ready ## Run the tests that need only Python.
	@$(BIN)/pytest -q -n auto -m 'not oracle and not slow'

test-all: $(VENV)/.ready ## Run the tests that need time or what .ci/run installs, such as libvirt, jing and editors.
	@$(BIN)/pytest -q -n auto -m oracle tests/oracle/test_claims.py tests/reality
	@$(BIN)/pytest -q -m 'oracle or slow' --ignore tests/oracle/test_claims.py --ignore tests/reality

fuzz: $(VENV)/.ready ## Check broken and odd files for FUZZ_SECONDS; failures are reduced and saved in build/fuzz.
	@$(BIN)/python -m tests.fuzz.runner $(FUZZ_SECONDS) build/fuzz

lint: $(VENV)/.ready ## Check style and types.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(VENV)/.ready
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

schemas: $(VENV)/.ready ## Make the .rng from their sources and the .xsd from those; needs trang.
	@$(BIN)/python -m tools.schemas

docs: $(VENV)/.ready ## Generate docs/rules/, the inventory's page, the schemas, the modes' tables, and the output that pages show.
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/modes.py
	@$(BIN)/python docs/shown.py

bench: $(VENV)/.ready ## Measure the figures on a corpus and compare them with the recorded ones.
	@$(BIN)/python -m benchmarks.run $(CORPUS) $(SCHEMAS)

clean:
	@rm -rf $(VENV) build dist *.egg-info
