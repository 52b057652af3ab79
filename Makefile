# Everything runs in its own virtual environment, which the first target that is run sets up.
SHELL := /bin/bash
# Containers often set it, and then each of the processes that tests start compiles everything again.
unexport PYTHONDONTWRITEBYTECODE
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# The folder of a corpus with a MANIFEST.tsv, for the benchmarks.
CORPUS ?= ../shared/corpus
SCHEMAS ?= /usr/share/libvirt/schemas
# How long `make fuzz` runs.
FUZZ_SECONDS ?= 3600

.PHONY: help demo test test-all claims fuzz lint format schemas docs site bench performance clean

help: ## Say what there is.
	@sed -n 's/^\([a-z-]*\):.* ## /make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

$(VENV)/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "vnetlint needs Python 3.11 or newer; install the package python3"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Python's venv is missing: \
	install the package python3-venv (Debian) or python3 (Fedora)"; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

# libvirt-python is compiled, which needs libvirt's headers, so the other tests do without it.
$(VENV)/.libvirt: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[libvirt]'
	@touch $@

demo: $(VENV)/.ready ## Show what is wrong with the site in examples/, and what would fix it.
	@examples/demo $(BIN)/vnetlint

test: $(VENV)/.ready ## Run the tests that need only Python.
	@$(BIN)/pytest -q -n auto --dist worksteal -m 'not oracle and not slow'

test-all: $(VENV)/.libvirt $(VENV)/.docs build/playground/.ready ## Run the tests that need time or what .ci/run installs, such as libvirt, jing and editors.
	@$(BIN)/pytest -q -n auto -m 'oracle and not between' tests/oracle/test_claims.py tests/reality
	@$(BIN)/pytest -q -n auto --dist loadfile --no-loadscope-reorder -m 'oracle or slow' --ignore tests/oracle/test_claims.py --ignore tests/reality
	@$(BIN)/pytest -q -n auto --hypothesis-profile many -m 'hypothesis and not oracle and not slow'

claims: $(VENV)/.ready ## Ask three versions of libvirt about what each rule's page says; needs what .ci/run installs.
	@$(BIN)/pytest -q -n auto -m oracle tests/oracle/test_claims.py

fuzz: $(VENV)/.ready ## Check broken and odd files for FUZZ_SECONDS; failures are reduced and saved in build/fuzz.
	@$(BIN)/python -m tests.fuzz.runner $(FUZZ_SECONDS) build/fuzz

lint: $(VENV)/.ready ## Check style and types.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(VENV)/.ready ## Correct the style.
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

schemas: $(VENV)/.ready ## Make the .rng from their sources and the .xsd from those; needs trang.
	@$(BIN)/python -m tools.schemas

docs: $(VENV)/.ready ## Generate docs/rules/, other pages, the schemas, manual pages, and the output that pages show.
	@$(BIN)/python docs/generate.py
	@$(BIN)/python docs/modes.py
	@$(BIN)/python docs/shown.py
	@$(BIN)/python -m docs.walkthrough
	@$(BIN)/python docs/performance.py

$(VENV)/.docs: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	@touch $@

build/playground/.ready: $(addprefix docs/playground/,fetch package-lock.json requirements.txt) | $(VENV)/.ready
	@docs/playground/fetch $(BIN)/python build/playground
	@touch $@

site: $(VENV)/.docs build/playground/.ready ## Build the documentation and the playground into build/site, as pages that need no server; needs Graphviz and npm.
	@$(BIN)/python docs/site/build.py

bench: $(VENV)/.ready ## Measure the figures on a corpus and compare them with the recorded ones.
	@$(BIN)/python -m benchmarks.run $(CORPUS) $(SCHEMAS)

performance: $(VENV)/.ready ## Measure what docs/performance.md shows, for minutes on an idle machine, and write the page.
	@$(BIN)/python -m benchmarks.performance $(CORPUS) $(SCHEMAS)
	@$(BIN)/python docs/performance.py

clean: ## Remove the environment and what was built.
	@rm -rf $(VENV) build dist *.egg-info
