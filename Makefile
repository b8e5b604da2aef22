# Land Stewardship: everything a developer or a curious reader types. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-core test-lts test-slow bench zip lint format types security i18n-check check screenshots clean distclean

# More pytest arguments, for example: make test ARGS="-k parcels -x"
ARGS ?=

help: ## List the targets
	@awk -F ":.*## " '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install QGIS 3.22 and the Python packages (Debian 12; root or sudo)
	@scripts/setup.sh

demo: ## Run the whole sample village, from the register map to the plan map; results in out/
	@scripts/demo.sh

test: ## Run the tests on QGIS 3.22
	@scripts/test.sh $(ARGS)

test-core: ## Run only the tests of core/ (no QGIS needed)
	@scripts/test.sh --core $(ARGS)

test-lts: ## Run the same tests on QGIS 3.44, in a root directory of its own (built at the first run)
	@scripts/lts_root.sh run scripts/test.sh $(ARGS)

test-slow: ## Run the slow tests on QGIS 3.22
	@scripts/test.sh -m slow $(ARGS)

bench: ## Measure speed and memory beside QGIS's own geometry checks; see docs/benchmarks.md
	@scripts/lts_root.sh run scripts/bench.sh $(ARGS)

zip: ## Build the plugin zip of the last commit: dist/land_stewardship-VERSION.zip
	@scripts/zip.sh

check: lint types security i18n-check ## Run lint, types, security and i18n-check

lint: ## Check the style of the code (ruff, flake8-qgis)
	@scripts/check.sh lint

format: ## Put the style of the code right where a tool can (ruff)
	@scripts/check.sh format

types: ## Check the types of core/ and gis/ (mypy)
	@scripts/check.sh types

security: ## Search for unsafe calls and secrets as the plugins site does (Bandit, detect-secrets)
	@scripts/check.sh security

i18n-check: ## Check that the Japanese translation is complete
	@scripts/check.sh i18n

screenshots: ## Take pictures of the real window in both languages and themes; results in out/screenshots
	@scripts/test.sh -m screenshots tests/gui $(ARGS)

clean: ## Delete what the other targets left in the repository
	@scripts/clean.sh

distclean: ## Delete the cache folder too (Python environment, QGIS 3.44 root)
	@scripts/clean.sh --all
