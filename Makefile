# All it takes is make and Python 3.11 or newer.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
# Every file is pinned, those that others need too. Without --no-deps older versions of pip look for the newest release of a
# package that is wanted with an extra (coverage[toml]), and find it unpinned.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
UV_VERSION := 0.13.9
PYTEST_ARGS ?=

.PHONY: help setup setup-otel setup-dev migration browser nginx run demo demo-reset test check format lock bench coverage torture

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.runtime  ## Install what the portal needs to run into .venv

setup-otel: $(VENV)/.otel  ## The same, and what it takes to send traces (OTEL_EXPORTER_OTLP_ENDPOINT; see the README)

setup-dev: $(VENV)/.dev  ## The same, and what it takes to check and test it

run: setup  ## Serve the portal on http://localhost:8080 (empty: the first administrator is set up in the browser)
	@$(BIN)/python main.py serve

demo: setup  ## Serve a portal with demo people, companies and tickets; prints who can sign in
	@$(BIN)/python main.py demo

demo-reset: setup  ## Throw the demo's data away and serve a fresh one
	@$(BIN)/python main.py demo --reset

test: setup-dev browser nginx  ## Run all tests, the journeys in a real browser among them
	$(BIN)/python -m pytest $(PYTEST_ARGS)

coverage: setup-dev browser  ## Run all tests and print which lines and branches none of them reached
	$(BIN)/python -m pytest --cov --cov-report=term $(PYTEST_ARGS)

bench: setup-dev browser  ## Measure the portal and print figures with their budgets (BENCH=board N=1000 JSON=path; see the README)
	$(BIN)/python -m tests.benchmarks $(BENCH) $(if $(N),--tickets $(N)) $(if $(MANY),--many $(MANY)) $(if $(OPEN),--open $(OPEN)) \
		$(if $(OVERDUE),--overdue $(OVERDUE)) $(if $(PG),--postgres) $(if $(JSON),--json $(JSON))

torture: setup-dev  ## Kill, lock, fill and cut what the portal stands on while people write; prints what was lost (KILLS=200)
	$(BIN)/python -m tests.torture $(FAULTS) $(if $(LOCKS),--locks $(LOCKS)) $(if $(KILLS),--kills $(KILLS)) $(if $(RESTARTS),--restarts $(RESTARTS)) $(if $(FILLS),--fills $(FILLS))

check: setup-dev  ## Check style, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-dev  ## Format the code and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

migration: setup-dev  ## Write what the models changed into models/migrations (NAME=what_it_does)
	$(BIN)/tortoise makemigrations $(if $(NAME),--name $(NAME))

browser:  ## Find Chromium for the browser tests, or install Debian's as root
	@.ci/browser

nginx:  ## Find nginx for the tests with several processes, or install Debian's as root
	@.ci/nginx

lock: $(VENV)/lock/bin/uv  ## Pin the newest versions that requirements*.in allow, with their hashes
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-otel.in --output-file requirements-otel.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt

LOCK = $(VENV)/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

$(VENV)/lock/bin/uv: $(VENV)/.python
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.runtime: requirements.txt $(VENV)/.python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.otel: requirements-otel.txt $(VENV)/.runtime
	$(PIP) -r requirements-otel.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo 'The portal needs Python 3.11 or newer, and none was found on the PATH.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ test "$$(id -u)" = 0 && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3-venv; } || \
		{ echo 'This Python cannot make virtual environments: install the package python3-venv.' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@
