# Needs git, make and Python 3.11 or later; every target makes what it needs.

VENV ?= .venv
BOUNCER_VENV ?= .venv-bouncer
SPARK_VENV ?= .venv-spark
BENCH_VENV ?= .venv-bench
WORKERS ?= 2
DBT_ARGS ?=
CUSTOMERS ?= 3
BENCH_ARGS ?=
PREVIEW_ARGS ?=
INTERACTIONS ?= 1000000
PRODUCTS ?= 20000
PEERS ?= rectools_two_stage implicit_als implicit_cosine spark_als

export DBT_PROFILES_DIR ?= profiles
export DBT_SEND_ANONYMOUS_USAGE_STATS = false
# The same order of nodes by fewer edges: a tenth of what a small build takes.
export DBT_USE_FAST_TEST_EDGES = true
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# uv trusts whom the system trusts: a proxy with a certificate of its own does not stop it.
export UV_SYSTEM_CERTS = true
# As pip does: without it, every run where Python may not write translates all it imports.
export UV_COMPILE_BYTECODE = true

# The first interpreter that is new enough; PYTHON=... chooses another.
ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$name" && break; done)
endif

# An environment is up to date when it holds the stamp of these files' content: times
# of change say nothing in a fresh clone.
key = $(shell cat $(1) 2>/dev/null | cksum | tr -cs '0-9' '-')
BUILD_FILES := requirements-uv.txt requirements.txt python/pyproject.toml
DEV_FILES := $(BUILD_FILES) requirements-dev.txt
BOUNCER_FILES := requirements-uv.txt requirements-bouncer.txt
BENCH_FILES := requirements-uv.txt requirements-bench.txt
ADAPTER := python/dbt-sparksession
SPARK_FILES := requirements-uv.txt requirements-spark.txt python/pyproject.toml \
	$(shell git ls-files $(ADAPTER))
BUILD_STAMP := $(VENV)/.build-$(call key,$(BUILD_FILES))ready
DEV_STAMP := $(VENV)/.dev-$(call key,$(DEV_FILES))ready
BOUNCER_STAMP := $(BOUNCER_VENV)/.bouncer-$(call key,$(BOUNCER_FILES))ready
BENCH_STAMP := $(BENCH_VENV)/.bench-$(call key,$(BENCH_FILES))ready
SPARK_STAMP := $(SPARK_VENV)/.spark-$(call key,$(SPARK_FILES))ready

BIN := $(VENV)/bin

# $(call create,environment)
define create
	@[ -n "$(PYTHON)" ] || { echo "Aisle needs Python 3.11 or later and found none:" \
		"install it, or name it with PYTHON=<path>." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Aisle needs Python 3.11 or later; PYTHON=$(PYTHON) is older or does not run." >&2; \
		exit 1; }
	@[ -x "$(1)/bin/python" ] || "$(PYTHON)" -m venv "$(1)" >/dev/null || { rm -rf "$(1)"; \
		echo "$(PYTHON) -m venv failed: install its venv module" \
		"(python3-venv on Debian and Ubuntu)." >&2; exit 1; }
	@"$(1)/bin/python" -m pip install --quiet --require-hashes -r requirements-uv.txt \
		|| echo "uv is not available here; pip installs instead, which takes longer." >&2
endef

# $(call install,environment,arguments): uv where it works, else pip.
define install
	@{ [ -x "$(1)/bin/uv" ] && "$(1)/bin/uv" pip install --quiet \
		--python "$(1)/bin/python" $(2); } \
		|| "$(1)/bin/python" -m pip install --quiet $(2)
endef

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(BUILD_STAMP) ## Make the environment that builds (.venv)

$(BUILD_STAMP):
	@echo "Setting up $(VENV) ..."
	$(call create,$(VENV))
	$(call install,$(VENV),--require-hashes -r requirements.txt)
	$(call install,$(VENV),--no-deps --no-build-isolation -e python)
	@rm -f $(VENV)/.build-* && touch $@

.PHONY: setup-dev
setup-dev: $(DEV_STAMP) ## Add what the checks need

$(DEV_STAMP): $(BUILD_STAMP)
	@echo "Setting up the checks in $(VENV) ..."
	$(call install,$(VENV),--no-deps --require-hashes -r requirements-dev.txt)
	@rm -f $(VENV)/.dev-* && touch $@

$(BOUNCER_STAMP):
	@echo "Setting up $(BOUNCER_VENV) ..."
	$(call create,$(BOUNCER_VENV))
	$(call install,$(BOUNCER_VENV),--require-hashes -r requirements-bouncer.txt)
	@rm -f $(BOUNCER_VENV)/.bouncer-* && touch $@

$(BENCH_STAMP):
	@echo "Setting up $(BENCH_VENV) ..."
	$(call create,$(BENCH_VENV))
	$(call install,$(BENCH_VENV),--require-hashes -r requirements-bench.txt)
	@rm -f $(BENCH_VENV)/.bench-* && touch $@

$(SPARK_STAMP):
	@java -version >/dev/null 2>&1 || { echo "Spark needs Java 17 or later" \
		"(openjdk-17-jre-headless on Debian and Ubuntu)." >&2; exit 1; }
	@echo "Setting up $(SPARK_VENV) ..."
	$(call create,$(SPARK_VENV))
	$(call install,$(SPARK_VENV),--require-hashes -r requirements-spark.txt)
	$(call install,$(SPARK_VENV),--no-deps --no-build-isolation -e python)
	$(call install,$(SPARK_VENV),--no-deps --no-build-isolation ./$(ADAPTER))
	@rm -f $(SPARK_VENV)/.spark-* && touch $@

.PHONY: build
build: setup ## Build the sample shop, publish it and show three customers
	$(BIN)/dbt build $(DBT_ARGS)
	$(BIN)/aisle show --customers 3

# A compiler that optimises less pays on small data.
.PHONY: build-spark
build-spark: export AISLE_SPARK_JAVA_OPTIONS ?= -XX:TieredStopAtLevel=1 \
	-XX:ReservedCodeCacheSize=256m
build-spark: $(SPARK_STAMP) ## Build the sample shop on Spark, in this process
	$(SPARK_VENV)/bin/dbt build --target spark $(DBT_ARGS)
	$(SPARK_VENV)/bin/aisle show --customers 3 \
		--published "$${AISLE_SPARK_PUBLISHED:-published/aisle}"

# A release carries its rules: what customers see now comes from the published file.
.PHONY: preview
preview: setup ## Apply edited rules without publishing, show lists before and after
	$(BIN)/dbt --quiet build --selector rules $(DBT_ARGS)
	$(BIN)/aisle preview --customers $(CUSTOMERS) $(PREVIEW_ARGS)

.PHONY: reference
reference: setup ## Write the reference page of the rules
	$(BIN)/dbt --quiet run-operation rule_reference > docs/reference/rules.md

.PHONY: test-spark
test-spark: $(SPARK_STAMP) ## Build on a cluster of two workers, compare with DuckDB
	$(SPARK_VENV)/bin/pytest tests/spark $(PYTEST_ARGS)

# The style of SQL comes after the conventions: it knows the project from their reading,
# since both have a warehouse of the same name.
.PHONY: test
test: setup-dev ## Run every check and every test
	@$(MAKE) --no-print-directory --output-sync=target -j2 style types conventions
	@$(MAKE) --no-print-directory style-sql
	@$(MAKE) --no-print-directory pytest

.PHONY: lint
lint: style style-sql ## Check the style of SQL, Python and YAML

.PHONY: style
style: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint --strict .

.PHONY: style-sql
style-sql: setup-dev
	$(BIN)/python tests/checks/lint_sql.py

.PHONY: format
format: setup-dev ## Put SQL and Python into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python tests/checks/lint_sql.py --fix

.PHONY: types
types: setup-dev ## Check the types of the Python package and the tests
	$(BIN)/mypy

.PHONY: conventions
conventions: export AISLE_WAREHOUSE = :memory:
conventions: setup $(BOUNCER_STAMP) ## Check names and descriptions with dbt-bouncer
	$(BIN)/dbt --quiet parse --target-path target/conventions
	$(BOUNCER_VENV)/bin/dbt-bouncer run --config-file dbt-bouncer.yml

.PHONY: pytest
pytest: setup-dev ## Run the tests
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: bench
bench: setup $(BENCH_STAMP) ## Time and memory by stage on a generated shop, and of its peers
	$(BIN)/python benchmarks/bench.py --interactions $(INTERACTIONS) \
		--products $(PRODUCTS) --peers $(PEERS) --python $(BENCH_VENV)/bin/python \
		$(BENCH_ARGS)

.PHONY: bench-mmr
bench-mmr: setup ## Time of MMR for 100,000 customers, after a build
	$(BIN)/python benchmarks/mmr.py \
		target/compiled/aisle/models/intermediate/diversity/int_diversity__mmr.sql

.PHONY: bench-experiments
bench-experiments: setup-dev ## Coverage of experiments' intervals, by size
	$(BIN)/python benchmarks/experiments.py

.PHONY: figures
figures: setup ## Print the tables of figures that README and docs have, after a build
	$(BIN)/python benchmarks/figures.py

.PHONY: oracle
oracle: setup ## Compare the built sample shop with what its true probabilities allow
	$(BIN)/python benchmarks/oracle.py

.PHONY: lock
lock: setup ## Pin the requirements again, from the .in files
	@for name in uv bouncer "" dev spark bench; do \
		file="requirements$${name:+-$$name}"; echo "$$file.txt"; \
		$(BIN)/uv pip compile --quiet --universal --no-strip-extras \
			--python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			--override requirements-override.in $(LOCK_ARGS) \
			"$$file.in" -o "$$file.txt" || exit 1; \
	done

.PHONY: clean
clean: ## Remove the warehouse and working files
	rm -rf target logs spark-warehouse .duckdb_temp .pytest_cache .mypy_cache .ruff_cache
	rm -f warehouse.duckdb warehouse.duckdb.wal
