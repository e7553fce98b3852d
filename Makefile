# Everything runs in .venv, which `setup` makes from requirements.lock. Needs Python 3.11, make and a package index.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-of-lock
# A shim may be called python3.11 and start nothing, so ask it for something.
PYTHON := $(shell python3.11 -c 'print("python3.11")' 2>/dev/null || echo python3)

.PHONY: run test lint bench setup typeset clean

run: setup
	$(BIN)/pipeline run corpus/ --out runs/corpus
	@if ls annotations/*.jsonl >/dev/null 2>&1; then $(BIN)/pipeline eval runs/corpus annotations/; fi

test: setup
	$(BIN)/python -m pytest -n 2

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The whole job beside a glue script; reading alone: both readers, speed, memory, boxes; runs: reruns, workers, memory, the
# same bytes, broken-off ones; tagging and claims alone: speed, what is found without the lexicon, words that cut names.
bench: setup
	$(BIN)/python benchmarks/bench.py
	-$(BIN)/python benchmarks/readers.py
	$(BIN)/python benchmarks/boxes.py
	$(BIN)/python benchmarks/runs.py
	$(BIN)/python benchmarks/tagging.py
	$(BIN)/python benchmarks/knockout.py
	$(BIN)/python benchmarks/words.py

typeset: setup
	$(BIN)/python corpus/typeset.py

setup: $(STAMP)

# The stamp comes last: a set-up that broke off is made again.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v[:2] == (3, 11) or sys.exit("Python 3.11 is needed, and $(PYTHON) is %d.%d: install python3.11" % v[:2])'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m compileall -q pipeline
	@touch $@

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
