.DEFAULT_GOAL := help

help: ## Show this help
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: ## Install what is needed and serve the dashboard on the demo company
	@bash bin/run

check: ## Install what is needed and run everything CI runs
	@bash bin/test

lint: ## Style of Python and SQL
	@bash bin/check lint

types: ## Types
	@bash bin/check types

layers: ## Import contracts
	@bash bin/check layers

test: ## The tests of every change, Chromium and the fake Snowflake included
	@bash bin/check test

thorough: ## Every test and every case of it, for most of an hour
	@bash bin/check thorough

browser: ## Tests in Chromium
	@bash bin/check browser

faults: ## Dropped sockets, restarts, a warehouse that goes away, a thousand questions to each
	@FAULTS=20 .venv/bin/python -m pytest tests/browser/test_coming_back.py tests/browser/test_while_away.py
	@FAULTS=20 .venv/bin/python -m pytest tests/snowflake/test_faults.py tests/postgresql/test_faults.py -k reset_again

snapshots: ## Accept the current chart specifications
	@bash bin/check snapshots

docs: ## Write the generated pages of docs/
	@.venv/bin/python -m docs.generate

fix: ## Repair what can be repaired
	@bash bin/check fix

.PHONY: help run check lint types layers test thorough browser faults snapshots docs fix
