# Everything that people and CI run. `make run` needs Python 3.11 or later and make; `make test` finds a browser itself.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSUMERS := .venv-consumers
TESTS ?=
.DEFAULT_GOAL := help

.PHONY: help run test test-consumers check bench lock words browser clean

help:
	@echo 'make run    start everything on this machine (PORT=8000, VAR_DIR=var)'
	@echo 'make test   every check and every test, those in a real browser too'
	@echo 'make test-consumers  datasets, pandas, TRL and transformers read what comes out (installs PyTorch beside .venv)'
	@echo 'make check  format, lint, import contracts, types, migrations and the quick tests'
	@echo 'make bench  measure import, grading, claims, export and agreement on this machine'
	@echo 'make lock   resolve requirements.txt and its siblings (-extras, -dev, -consumers) from pyproject.toml'
	@echo 'make words  collect what pages say into annotator/locale/, and compile it'
	@echo 'make clean  remove .venv, .venv-consumers and the caches; the data in var/ stay'

run: $(VENV)/.installed
	@$(BIN)/python manage.py dev

test: lint browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m 'not slow and not browser' $(TESTS)

.PHONY: lint
lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --check --quiet templates
	$(BIN)/lint-imports
	@# The Django plugin reads the settings, which want servers to be named; nothing connects to them.
	SECRET_KEY=none DATABASE_URL=postgresql:///none REDIS_URL=unix:///none $(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run

browser: $(VENV)/.installed-dev
	$(BIN)/python -m tests.browser.chromium

# Not part of `make test`, since PyTorch is large. One that is installed from a CPU index is taken as it is.
test-consumers: $(VENV)/.installed-dev $(CONSUMERS)/.installed
	CONSUMERS_PYTHON=$(CURDIR)/$(CONSUMERS)/bin/python $(BIN)/python -m pytest tests/consumers

bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench

# Resolved for every platform and for Python 3.11 and later: the markers matter (Debian's 3.11.2 needs async-timeout).
lock: $(VENV)/.installed-dev
	$(BIN)/uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --no-annotate --universal --python-version 3.11 --custom-compile-command 'make lock' \
		pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --no-annotate --universal --python-version 3.11 --custom-compile-command 'make lock' \
		--all-extras -c requirements.txt pyproject.toml --output-file requirements-extras.txt
	$(BIN)/uv pip compile --quiet --no-annotate --universal --python-version 3.11 --custom-compile-command 'make lock' \
		--group dev -c requirements.txt --output-file requirements-dev.txt
	$(BIN)/uv pip compile --quiet --no-annotate --universal --python-version 3.11 --custom-compile-command 'make lock' \
		--group consumers -c requirements.txt --output-file requirements-consumers.txt
	@# Which of these there are is for the build of PyTorch to say: one for the CPU has none.
	@sed -i.bak -E '/^(cuda-|nvidia-|triton)/d' requirements-consumers.txt && rm requirements-consumers.txt.bak

# Needs no gettext tools; the compiled catalogues are committed, so that nothing else needs Babel.
words: $(VENV)/.installed-dev
	$(BIN)/python -m tests.catalogue

clean:
	rm -rf $(VENV) $(CONSUMERS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than its list of requirements when nothing needs to be installed.
$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo 'Installing requirements.txt ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo 'Installing requirements-dev.txt ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -r requirements-dev.txt
	@touch $@

$(CONSUMERS)/.installed: requirements-consumers.txt | $(BIN)/python
	@echo 'Installing requirements-consumers.txt ...'
	@$(BIN)/python -m venv --without-pip $(CONSUMERS)
	@$(BIN)/python -m pip --python $(CONSUMERS)/bin/python install --quiet --disable-pip-version-check --no-input \
		--no-cache-dir -r requirements-consumers.txt
	@touch $@

# Debian keeps ensurepip in a package of its own: without it the host's pip installs pip into the new environment.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Stepmark needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing)." \
			"Try: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo 'Making $(VENV) ...'
	@rm -rf $(VENV)
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); else \
		$(PYTHON) -m venv --without-pip $(VENV) && \
		{ $(PYTHON) -m pip --python $(BIN)/python install --quiet --no-input pip || { rm -rf $(VENV); \
			echo 'Neither ensurepip nor pip is there. On Debian: apt-get install python3-venv' >&2; exit 1; }; }; fi
