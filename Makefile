# Two commands do all the set-up: `make try` and `make test`. Everything lands in .venv and .cache.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUGSINK := .cache/bugsink

.PHONY: try test lint types unit docs bench soak schema reference picture dist zipapp deb image clean

try: $(VENV)/installed
	@examples/try.sh $(BIN)/sentinel-run

# Where Python is told to write no compiled modules, each of a thousand processes compiles them anew.
unexport PYTHONDONTWRITEBYTECODE

test: lint types unit

lint: $(VENV)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/developing
	$(BIN)/mypy

# Four at a time, since most of them wait for others, but for those of signals and terminals: what is typed and killed there wants the machine for itself.
unit: $(VENV)/developing $(BUGSINK)/installed
	$(BIN)/pytest -n 4 --dist loadscope --ignore tests/process
	$(BIN)/pytest tests/process

docs: $(VENV)/developing
	$(BIN)/mkdocs build

bench: $(VENV)/developing
	$(BIN)/python -m benchmarks

soak: $(VENV)/developing
	$(BIN)/python -m tests.soak

# The committed copy of the config file's schema, after a change of the option table.
schema: $(VENV)/installed
	$(BIN)/sentinel-run config schema >sentinel_run/sentinel-run.schema.json

# What of docs/ is made: the reference out of the option tables, the picture out of a run.
reference: $(VENV)/installed
	$(BIN)/python docs/scripts/reference.py >docs/reference.md

picture: $(VENV)/installed
	$(BIN)/python docs/scripts/picture.py docs/picture.svg

# The same bytes for the same commit: the time in it is the commit's.
dist: $(VENV)/developing
	rm -rf dist
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} $(BIN)/python -m hatchling build -d dist

zipapp: dist
	$(BIN)/python release/single_file.py dist/*.whl dist/sentinel-run.pyz

deb: zipapp
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} $(BIN)/python release/debian.py dist/*.whl dist/sentinel-run.pyz dist

# With BASE=registry.example.com/python:3.13 on another Python.
image:
	release/image.sh $(if $(BASE),--build-arg BASE=$(BASE))

# An environment of a Python that is too old would be in the way of every further try.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/developing: $(VENV)/installed
	$(BIN)/pip install --quiet --group test --group lint --group docs
	touch $@

$(BUGSINK)/installed: $(VENV)/developing
	$(BIN)/python -m tests.servers.bugsink install $(BUGSINK)
	touch $@

clean:
	rm -rf $(VENV) .cache dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
