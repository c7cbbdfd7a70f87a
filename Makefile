# Two commands: `make demo` sets up and runs the main job, `make test` sets up and passes every test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: demo test setup browser lint screenshots notebooks notebooks-run label-studio bench clean

demo: setup  ## run the sample set, then serve the app on localhost
	$(BIN)/workbench demo || [ $$? = 3 ]  # 3: done, and the photos that could not be processed are listed

test: setup browser lint  ## every test, through the real parts
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4

setup: $(STAMP)

$(STAMP): requirements.lock labeling/sdk.lock workbench/inspection/fiftyone.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Python 3.11 is needed; found $$($(PYTHON) --version). Set PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r labeling/sdk.lock \
	  -r workbench/inspection/fiftyone.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(STAMP)

browser:  # the tests drive the pages in a real browser
	@command -v chromium >/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium >/dev/null; }

lint: setup
	$(BIN)/ruff check .
	$(BIN)/lint-imports

screenshots: setup browser  ## every page in every state and both sizes, over the whole sample set, to be looked at
	$(BIN)/workbench demo --no-app || [ $$? = 3 ]
	rm -rf tests/browser/screenshots/pages
	$(BIN)/python -m pytest -q tests/browser/test_every_page.py --finished-workspace workspace
	@echo tests/browser/screenshots/pages

notebooks: setup  ## the stories in notebooks/, in JupyterLab on this machine
	$(BIN)/workbench notebooks open

notebooks-run: setup browser  ## run them again from top to bottom and keep what they show
	$(BIN)/workbench notebooks run

label-studio: setup  ## Label Studio in an environment of its own in the workspace, on this machine only
	$(BIN)/workbench label serve

bench: setup  ## figures of tests/benchmarks/RESULTS.md, as JSON
	@for b in throughput band_matting correction_faults segmentation qa_verdict threshold_search; do \
	  $(BIN)/python tests/benchmarks/$$b.py; done
	@$(BIN)/workbench demo --no-app --no-history || [ $$? = 3 ]
	@$(BIN)/python -m tests.benchmarks.verdict_latency workspace

clean:  ## remove the virtual environment (the workspace stays)
	rm -rf $(VENV)
