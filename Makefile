# Everything that people and CI run is a target here. `make` alone lists them.
# Set-up hangs on stamp files inside .venv: a second call is instant, a changed pin installs again.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
# HEADLESS=1 and the like switch it on; HEADLESS=0 and HEADLESS= do not.
HEADLESS_FLAG := $(if $(filter-out 0 no false,$(HEADLESS)),--headless)

.PHONY: help demo serve worker test search check format bench css requirements service-user browser

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: .venv/.demo service-user ## import a real retailer's year, then serve console and portal (HEADLESS=1: stop after the summary)
	@$(BIN)/regulars demo $(HEADLESS_FLAG)

serve: .venv/.demo service-user ## serve API, console and portal
	@$(BIN)/regulars serve

worker: .venv/.demo service-user ## run background jobs
	@$(BIN)/regulars worker

# One worker more than there are cores: tests in the browser wait for it. What counts costs runs alone and last: beside
# other work it would count theirs.
WORKERS := $(shell python3 -c 'import os; print(min(len(os.sched_getaffinity(0)) + 1, 5))' 2>/dev/null || echo 2)
test: .venv/.test service-user browser ## run every test, on all cores (ARGS="tests/unit -x" runs a part, one by one)
	@$(BIN)/pytest $(or $(ARGS),-q -n $(WORKERS) --ignore tests/performance)
	@$(if $(ARGS),,$(BIN)/pytest tests/performance)

search: .venv/.test service-user ## let the property tests look for new examples (ARGS="tests/properties/test_quotes.py" for one)
	@$(BIN)/pytest -q --hypothesis-profile=search $(or $(ARGS),tests/properties)

check: .venv/.test ## lint, format, types, import contracts, tidy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/architecture -m "not database" -q

format: .venv/.test ## put the code into shape
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

bench: .venv/.test service-user ## measure events per second beside pgbench, as ratios
	@scripts/need-packages "the HTTP load of the benchmark" wrk
	@$(BIN)/regulars bench

css: ## build the style sheet and the charts (development only: the results are committed)
	cd frontend && npm ci --no-audit --no-fund && npm run build

requirements: .venv/.test ## pin every dependency again (UPGRADE=1 takes newer releases)
	@scripts/compile-requirements $(if $(filter-out 0 no false,$(UPGRADE)),--upgrade)

# ---- set-up -------------------------------------------------------------------------------------

.venv/pyvenv.cfg:
	@scripts/create-venv

# No build isolation: the build back end is pinned and hashed like everything else.
.venv/.demo: requirements/demo.txt pyproject.toml | .venv/pyvenv.cfg
	@echo "Installing the pinned packages (about half a minute)"
	@$(PIP) install --require-hashes -r requirements/demo.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: requirements/test.txt pyproject.toml | .venv/pyvenv.cfg
	@echo "Installing the pinned packages and the tools for tests (about a minute)"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch .venv/.demo $@

service-user:
	@scripts/service-user

# The Arabic pages need a font with Arabic letters.
browser:
	@scripts/need-packages "the journeys in the browser" chromium fonts-noto-core
