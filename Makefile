# `make help` lists what can be asked for. Needed: git, make and Python 3.11; all else is installed from here.
PYTHON ?= python3
PORT ?= 8000
FOLDER ?= docs/screenshots
OF ?= few
VENV_PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint fix bench drill screenshots faults migrate translations lock clean environment checks-environment

help: ## what can be asked for
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: ## start the portal with demo data on http://127.0.0.1:8000 (PORT=... for another port)
	@$(PYTHON) tools/serve.py --check-port $(PORT)
	@$(PYTHON) tools/install.py run
	@exec $(VENV_PYTHON) tools/serve.py $(PORT)

test: ## run every test, with PostgreSQL, Redis, mail and a browser (installs them as root)
	@began=$$(date +%s) && $(PYTHON) tools/debian.py && $(PYTHON) tools/install.py dev \
		&& $(VENV_PYTHON) tools/translations.py compile && $(VENV_PYTHON) tools/test.py all --began $$began

test-fast: ## checks and tests without PostgreSQL, whole worlds, browser and killed processes
	@began=$$(date +%s) && $(PYTHON) tools/debian.py redis && $(PYTHON) tools/install.py dev \
		&& $(VENV_PYTHON) tools/translations.py compile && $(VENV_PYTHON) tools/test.py fast --began $$began

lint: checks-environment ## check style, types, imports between rooms and templates
	@$(VENV_PYTHON) tools/lint.py

fix: checks-environment ## let ruff repair and format what it can
	@$(VENV_PYTHON) tools/lint.py --fix

bench: checks-environment ## measure, side by side with the bare database, as ratios
	@$(PYTHON) tools/debian.py postgresql redis wrk
	@$(VENV_PYTHON) -m bench --report docs/performance

drill: checks-environment ## back up, restore, sign in and reopen with invented data, on both engines
	@$(PYTHON) tools/debian.py postgresql
	@$(VENV_PYTHON) -m pytest -q tests/cli/test_backup.py

screenshots: checks-environment ## take the pictures in docs/screenshots anew (FOLDER=... OF=all for every page)
	@$(PYTHON) tools/debian.py chromium font
	@$(VENV_PYTHON) tools/translations.py compile
	@SCREENSHOTS=$(FOLDER) SCREENSHOTS_OF=$(OF) $(VENV_PYTHON) -m pytest -q tests/browser/test_every_page.py

faults: checks-environment ## plant each known fault in a copy and see that a test turns red
	@$(PYTHON) tools/debian.py
	@$(VENV_PYTHON) tools/faults.py

migrate: environment ## bring the database of this installation to the newest schema
	@$(VENV_PYTHON) -m portal.settings make-secrets instance/secrets.toml
	@$(VENV_PYTHON) -m portal.settings add-seal-key instance/secrets.toml
	@.venv/bin/portal migrate

translations: checks-environment ## collect new messages into the catalogues and compile them
	@$(VENV_PYTHON) tools/translations.py update

lock: checks-environment ## resolve the dependencies anew into requirements/ (versions may rise)
	@.venv/bin/uv pip compile -q pyproject.toml --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url -o requirements/run.txt
	@.venv/bin/uv pip compile -q pyproject.toml --extra test --extra dev -c requirements/run.txt --upgrade --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url -o requirements/dev.txt

clean: ## remove what can be made again (never instance/, which holds keys and data)
	@rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find portal -name '*.mo' -delete

environment:
	@$(PYTHON) tools/install.py run

checks-environment:
	@$(PYTHON) tools/install.py dev
