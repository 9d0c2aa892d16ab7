# `make help` lists the targets. Only python3 (3.11 or newer), make and git are needed.
PYTHON ?= python3
ARGS ?=
PROGRAM = exec $(PYTHON) -m scripts.bootstrap
# Without stored bytecode every process compiles the code again, and pytest rewrites the assertions of all tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-second nightly check format messages requirements bench chaos audit outdated inventory screenshots release clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## Run the whole site with its demonstration (PORT=8000 chooses the port)
	@$(PROGRAM) demo scripts.run

test: ## Run the first tier of the tests, on SQLite (seven to ten minutes; ARGS="-k word" chooses some)
	@$(PROGRAM) dev scripts.test first $(ARGS)

test-second: ## Run all tests on PostgreSQL, and on SQLite the second tier of those for SQLite or a browser
	@$(PROGRAM) dev scripts.test second $(ARGS)

nightly: ## Run all tests on both databases, with every repetition
	@$(PROGRAM) dev scripts.test nightly $(ARGS)

check: ## Check format, types, imports, migrations, catalogues, templates, deployment
	@$(PROGRAM) dev scripts.check

format: ## Format Python and templates
	@$(PROGRAM) dev scripts.check format

messages: ## Collect the texts of the interface into locale/ and compile the catalogues
	@$(PROGRAM) dev scripts.catalogue update

requirements: ## Pin requirements/*.in again, with hashes
	@$(PROGRAM) dev scripts.requirements $(ARGS)

bench: ## Compare the pages of a large site with minimal Django views (ten minutes; ARGS=--quick: three)
	@$(PROGRAM) demo tools.bench $(ARGS)

chaos: ## Kill workers, broker and database under a digest and count what arrives (LONG=1: 10,000 readers, 50 kills)
	@$(PROGRAM) dev tools.chaos $(ARGS)

audit: ## Check the dependencies and the whole demonstration: needs Node, Java, Chromium (LONG=1 takes longer)
	@$(PROGRAM) dev tools.audit
	@LONG=1 .venv/bin/pytest -q -n auto tests/home/test_fuzz.py
	@test -z "$(LONG)" || LONG=1 .venv/bin/pytest -q -n auto tests/visibility

outdated: ## List packages with a newer release, within our bounds and beyond them
	@$(PROGRAM) dev tools.supply.outdated

inventory: ## Write the inventory of the code (ARGS=--check: compare it with the stored one)
	@$(PROGRAM) dev tools.inventory $(ARGS)

screenshots: ## Take pictures of the main pages into var/screenshots (ARGS=--docs or --guide renews those of docs, --mails: every mail)
	@$(PROGRAM) dev tools.screenshots $(ARGS)

release: ## Check that version, changelog and schema agree; print the git command for the tag (sends nothing)
	@$(PROGRAM) dev scripts.release

clean: ## Remove the environment and the caches of the tools (never the data in var/)
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache var/tests
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
