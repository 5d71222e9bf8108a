# `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help install run test test-long thorough check bench mutants pictures clean

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(INSTALLED)  ## Make .venv with everything in it (the others do this first)

# uv installs in seconds; where it cannot be had or cannot reach the index, pip does the same.
$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet uv && $(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev]' \
		|| $(BIN)/pip install --quiet -e '.[dev]'
	@touch $@

SEED ?= default
ARGS ?=

run: $(INSTALLED)  ## Start the sandbox and the bot; open the address it prints (SEED=demo: four weeks of an operation)
	@exec $(BIN)/python -m sandbox --seed $(SEED) $(ARGS)

test: $(INSTALLED)  ## Run the tests, on SQLite and PostgreSQL
	@$(BIN)/pytest -n 4 --dist loadgroup -p tests.leaks.counted -m "not long"

test-long: $(INSTALLED)  ## Run the longer ones: the browser's, kills, a Slack in trouble, made-up requests
	@$(BIN)/pytest -n 3 --dist loadgroup -m long

thorough: $(INSTALLED)  ## Try every rule with many more values than `make test` does (minutes)
	@$(BIN)/pytest -n 2 --hypothesis-profile=thorough tests/domain tests/messages tests/clients

check: $(INSTALLED)  ## Format, lint, types, and the arrows between the rooms
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(INSTALLED)  ## Measure, as ratios within one run (BENCH_ONLY=name,name; BENCH_JSON=path)
	@$(BIN)/python -m tests.bench

mutants: $(INSTALLED)  ## Take out each check of who may see what, and show that tests fail (MUTANTS_SHORT=1: a handful)
	@$(BIN)/python -m tests.mutants

pictures: $(INSTALLED)  ## Take the README's pictures anew from the sandbox (needs chromium)
	@$(BIN)/python -m tests.browser.pictures docs/pictures

clean:  ## Remove what the commands have made
	rm -rf .venv var build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
