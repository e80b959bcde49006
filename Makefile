# Whatever the project needs is installed from here: a new machine with Python 3.11+ and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: demo test slow lint types docs bench attack chaos fuzz clean

demo: $(VENV)/.train
	$(BIN)/auscult demo

test: $(VENV)/.test lint types
	scripts/browser
	scripts/clock
	scripts/get-axe
	scripts/slurm get
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

# Real data for more than a minute each.
slow: $(VENV)/.test
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

docs: $(VENV)/.test
	$(BIN)/python docs/generate.py

# BENCH holds options, e.g. make bench BENCH='--quick' or BENCH='--growth --write'.
bench: $(VENV)/.train $(PEERS)/.installed
	$(BIN)/python benchmarks/run.py --peers $(PEERS)/bin/python $(BENCH)

# ATTACK holds options, e.g. make attack ATTACK='--minutes 2'.
attack: $(VENV)/.test
	$(BIN)/python benchmarks/attacks.py $(ATTACK)

# CHAOS holds options, e.g. make chaos CHAOS='--kills 50 --minutes 2'.
chaos: $(VENV)/.test
	$(BIN)/python benchmarks/chaos.py $(CHAOS)

# FUZZ holds options, e.g. make fuzz FUZZ='--seconds 600'.
fuzz: $(VENV)/.test
	$(PIP) atheris
	@for one in fuzz/fuzz_*.py; do echo "$$one"; PYTHONPATH=. $(BIN)/python $$one $(FUZZ) || exit 1; done
	AUSCULT_EXAMPLES=new $(BIN)/python -m pytest -n 2 -m "hypothesis and not slow"

clean:
	rm -rf $(VENV) $(PEERS) build src/*.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "auscult needs Python 3.11 or newer; name one with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.train: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[train]'
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[train,serve,parquet,ecg,test]'
	@touch $@ $(VENV)/.train

$(PEERS)/.installed: benchmarks/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	@touch $@
