# make bank    writes the shipped bank for Moodle to out/
# make check   what continuous integration runs: format, lint, types, tests
# make fuzz    puts 20,000 mutations of each kind through reading, solving, exporting and marking
# make bench   measures speed against a floor program
# make stable  compares exports under two numpy majors, and under each newer Python that is here
#
# Each target sets itself up in .venv; nothing else is touched.

PYTHON ?= $(shell sh tools/find-python.sh)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: bank check format test fuzz bench stable clean

bank: $(VENV)/installed
	$(BIN)/markscheme export deep_learning --format moodle -o out/deep-learning-moodle.xml

check: $(VENV)/installed-dev .types/markscheme
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest

# Many more examples than `make check` looks at; MARKSCHEME_FUZZ_SEED chooses others.
MARKSCHEME_FUZZ ?= 20000

fuzz: $(VENV)/installed-dev
	MARKSCHEME_FUZZ=$(MARKSCHEME_FUZZ) $(BIN)/python -m pytest tests/fuzz -s

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/bench.py

stable: $(VENV)/installed-dev
	sh tools/compare-versions.sh $(BIN)/python

$(VENV)/bin/python:
	sh tools/make-venv.sh "$(PYTHON)" $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/installed

# mypy sees the root as the package it is installed as.
.types/markscheme:
	mkdir -p .types
	ln -sfn .. $@

clean:
	rm -rf $(VENV) .types build out *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
