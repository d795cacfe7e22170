# Everything is set up by the first target that needs it; nothing is installed outside .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: demo test lint bench proof templates docs pictures clean help

help:
	@echo "make demo    three mornings of a made-up company, and what changed"
	@echo "make test    all tests        make lint   ruff, mypy, import contracts"
	@echo "make proof   the slow proofs  make bench  the speed table"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.job: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[demo]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.job

demo: $(VENV)/.job
	@rm -rf demo
	@$(BIN)/sheetcrm demo --folder demo

# The tests start many processes: compiled once, each starts half a second sooner. Each worker takes a half of the
# files in their order, so that what a file sets up is set up once; who is done early helps out.
test: $(VENV)/.dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal

proof: $(VENV)/.dev
	$(BIN)/python -m pytest -m proof -s --durations=10

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

templates: $(VENV)/.dev
	$(BIN)/python -m sheetcrm.sync.excel.template templates

docs: $(VENV)/.job
	for page in config dictionary rules; do $(BIN)/python -m sheetcrm.cli.reference $$page > docs/$$page.md || exit; done

pictures: $(VENV)/.dev
	$(BIN)/python docs/pictures.py
	PYTHONPATH=. $(BIN)/python docs/pictures_google.py
	PYTHONPATH=. $(BIN)/python docs/pictures_mail.py
	$(BIN)/python docs/pictures_terminal.py

clean:
	rm -rf $(VENV) demo dist build
