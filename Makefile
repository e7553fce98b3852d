# Everything runs in .venv: `setup` makes it from requirements.lock, `setup-dev` adds what tests and linters need from
# requirements-dev.lock. Needs Python 3.11, make and a package index.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-of-lock
DEV_STAMP := $(VENV)/.made-of-dev-lock
# A shim may be called python3.11 and start nothing, so ask it for something.
PYTHON := $(shell python3.11 -c 'print("python3.11")' 2>/dev/null || echo python3)

.PHONY: run test lint bench setup setup-dev typeset clean

run: setup
	$(BIN)/pipeline run corpus/ --out runs/corpus
	@if ls annotations/*.jsonl >/dev/null 2>&1; then $(BIN)/pipeline eval runs/corpus annotations/; fi
	$(BIN)/pipeline report runs/corpus

test: setup-dev
	$(BIN)/python -m pytest -n 2

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The whole job beside a glue script; reading alone: both readers, speed, memory, boxes; runs: reruns, workers, memory, the
# same bytes, broken-off ones; tagging and claims alone: speed, what is found without the lexicon, words that cut names.
bench: setup-dev
	$(BIN)/python benchmarks/bench.py
	-$(BIN)/python benchmarks/readers.py
	$(BIN)/python benchmarks/boxes.py
	$(BIN)/python benchmarks/runs.py
	$(BIN)/python benchmarks/tagging.py
	$(BIN)/python benchmarks/knockout.py
	$(BIN)/python benchmarks/words.py
	$(BIN)/pipeline run corpus/ --out runs/corpus --quiet
	-$(BIN)/python benchmarks/report.py runs/corpus

typeset: setup-dev
	$(BIN)/python corpus/typeset.py

setup: $(STAMP)

setup-dev: $(DEV_STAMP)

# The stamps come last: a set-up that broke off is made again. The locks name all there is to install: no dependencies.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v[:2] == (3, 11) or sys.exit("Python 3.11 is needed, and $(PYTHON) is %d.%d: install python3.11" % v[:2])'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --requirement requirements.lock
	$(PIP) --editable .
	$(BIN)/python -m compileall -q pipeline
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(STAMP)
	$(PIP) --requirement requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
