# Two commands do everything: `make run` trains the smallest example, `make test` checks the whole project.
# Both make the environment first: every dependency as locked, and the project itself as an installed wheel.

VENV := .venv
BIN := $(VENV)/bin
ENVIRONMENT := $(VENV)/.environment
INSTALLED := $(VENV)/.installed
PACKAGES := dotcnn spec_lang compiler runtime specs
SOURCES := $(shell find $(PACKAGES) -name __pycache__ -prune -o -print) pyproject.toml README.md LICENSE
GENERATORS := $(wildcard generators/*.py)

# The first Python 3.11 to 3.13 that can make an environment: those are the versions that TensorFlow is published for.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$python && break; done)

# `python -m` must find the installed packages, not the folders of the same name in the checkout.
export PYTHONSAFEPATH := 1

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(INSTALLED) ## Train and report on specs/digits.cnn: seconds, no download
	$(BIN)/cnn run specs/digits.cnn

.PHONY: test
test: check ## Run every check, then the tests
	$(BIN)/pytest -n 2 --dist loadfile

.PHONY: test-heavy
test-heavy: $(INSTALLED) ## Run the tests that take longer
	$(BIN)/pytest -m heavy

.PHONY: check
check: $(INSTALLED) generated-check ## Check style, types, layering and generated documents
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: generated
generated: $(INSTALLED) ## Write the generated files anew
	$(foreach generator,$(GENERATORS),$(BIN)/python $(generator) &&) true

.PHONY: generated-check
generated-check: $(INSTALLED) ## Check that the generated files are current
	@$(foreach generator,$(GENERATORS),$(BIN)/python $(generator) --check &&) true

.PHONY: specifications
specifications: $(INSTALLED) ## Write what the specifications expect anew; read the difference before you commit it
	PYTHONPATH=tests $(BIN)/python -m specifications.pages

.PHONY: goldens
goldens: $(INSTALLED) ## Write the expected diagnostics anew; read the difference before you commit it
	$(BIN)/python tests/goldens/test_goldens.py

.PHONY: format
format: $(ENVIRONMENT) ## Format the code and mend what ruff can
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format

.PHONY: lock
lock: ## Resolve the dependencies into requirements.lock (needs uv)
	@command -v uv >/dev/null || { echo 'make lock needs uv: pip install uv' >&2; exit 1; }
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
		--only-binary :all: --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock

.PHONY: clean
clean: ## Remove the environment, builds and caches; never your runs
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(PACKAGES) tests benchmarks docs -name __pycache__ -prune -exec rm -rf {} +

$(ENVIRONMENT): requirements.lock
	@test -n '$(PYTHON)' || { echo 'No Python 3.11, 3.12 or 3.13 with the venv module was found. Install one' \
		'(Debian, Ubuntu: apt install python3-venv) or name one: make PYTHON=/path/to/python3.12' >&2; exit 1; }
	@echo 'Making the environment in $(VENV) with $(PYTHON): once, a few minutes'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--require-hashes --only-binary :all: --requirement requirements.lock
	@touch $@

$(INSTALLED): $(ENVIRONMENT) $(SOURCES)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--no-index --no-deps --no-build-isolation --force-reinstall .
	@touch $@
