# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
#
# Every target sets up .venv by itself; only Python (3.11 to 3.13), make and a package registry are needed.
# PYTHON=/path/to/python chooses the interpreter of a new .venv, DEMO_ARGS and PYTEST_ARGS are passed on.
# The files of the tests are shared out to TEST_PROCESSES processes; 0 runs all in one, which a debugger needs.

VENV := .venv
RUN := $(VENV)/bin/python
PYTHON ?=
DEMO_ARGS ?=
PYTEST_ARGS ?=
TEST_PROCESSES ?= 2
PYTEST = $(RUN) -m pytest -n $(TEST_PROCESSES) --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-slow check docs format

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

venv: ## Create .venv and install the project with all extras (at once if nothing changed)
	@PYTHON='$(PYTHON)' sh scripts/setup_venv.sh $(VENV)

demo: venv ## Train the full tutorial on MNIST, evaluate it, predict image files (1 to 2 minutes)
	@$(RUN) scripts/demo.py $(DEMO_ARGS)

test: venv ## Run the test suite
	$(PYTEST) $(PYTEST_ARGS)

test-slow: venv ## Run the long tests
	$(PYTEST) -m slow $(PYTEST_ARGS)

check: venv ## Check formatting, lint and types
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy

docs: venv ## Build the documentation into build/site, warnings are errors
	$(RUN) -m sphinx -W --keep-going -q -c docs/site -b html . build/site
	@echo "The documentation is in build/site/index.html"

format: venv ## Format the code and mend what the linter can
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .
