# One entry for everything: `make run` and `make test` work on a fresh machine that has Python 3.11 and make.
# The same steps without make are in README.md.

VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
MINIMUM := 3.11

# The first interpreter that starts and is new enough; PYTHON=/path/to/python names another one.
CANDIDATES := $(or $(PYTHON),python3.11 python3 python3.12 python3.13 python3.14 python)

.DEFAULT_GOAL := help
.PHONY: help setup run test check lint format style types contracts docs bench clean distclean

help:
	@echo 'make run        set up, then trade an hour on the embedded venues at 60 x speed (neo run config/sim.toml)'
	@echo 'make test       set up, then run every test'
	@echo 'make setup      make the environment in $(VENV); the command is $(BIN)/neo'
	@echo 'make check      lint (format, style, types, import contracts), then the tests'
	@echo 'make format     rewrite the sources in the house format'
	@echo 'make docs       rewrite the generated parts of docs/'
	@echo 'make bench      run the benchmarks (minutes; see benchmarks/README.md)'
	@echo 'make clean      remove caches; make distclean removes $(VENV) as well'

setup: $(STAMP)

$(STAMP): pyproject.toml
	@python=; \
	for candidate in $(CANDIDATES); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(MINIMUM)".split("."))))' 2>/dev/null; \
	  then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'neo needs Python $(MINIMUM) or newer; none of these is: $(CANDIDATES).' >&2; \
	  echo 'Install it (Debian, Ubuntu: apt install python$(MINIMUM) python$(MINIMUM)-venv), or name it: make setup PYTHON=/path/to/python' >&2; \
	  exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python cannot make environments: its venv package is missing (Debian, Ubuntu: apt install python$(MINIMUM)-venv)." >&2; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# exec: neo takes the place of the shell, so that signals and the exit code are its own.
run: $(STAMP)
	@exec $(BIN)/neo run config/sim.toml

# Three at a time on two cores: half of the time a test waits, for sockets, processes and pages. Who is done takes from the others.
test: $(STAMP)
	@$(BIN)/python -m pytest -n 3 --dist worksteal

check: lint test

lint: style types contracts

style: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(STAMP)
	@$(BIN)/mypy --strict

contracts: $(STAMP)
	@$(BIN)/lint-imports --config setup.cfg

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(STAMP)
	@$(BIN)/python -m docs.generate

# TAPE=file adds the shared L2 workload (benchmarks/README.md).
bench: $(STAMP)
	@for script in messages startup order_latency ledger_close commit_latency live_ledgers live_campaign simulated_day dashboard; do \
	  echo "== benchmarks/$$script.py"; $(BIN)/python "benchmarks/$$script.py" || exit 1; \
	done
	@if [ -n "$(TAPE)" ]; then $(BIN)/python benchmarks/replay_l2.py "$(TAPE)"; fi

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean
	rm -rf $(VENV)
