# Two commands do everything: `make site` builds the example, `make test` passes the tests.
# Both install what they need into .venv first, from the lock files alone.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3))
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: site test fast check audit sbom bench lock system clean

site: $(VENV)/.site
	$(BIN)/dwgk build

test: $(VENV)/.test system check
	$(BIN)/pytest -n 2 --dist worksteal

fast: $(VENV)/.test check
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tests.operate.audit

# Known weaknesses of the locked versions, asked of osv.dev. It needs the network and its answer
# changes by the day, so no build and no check waits for it; without an answer it fails.
audit: $(VENV)/.test
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -s osv -r requirements.lock

# The bill of materials (CycloneDX) of this environment, as each release holds it too.
sbom: $(VENV)/.site
	$(BIN)/dwgk sbom --out sbom.cdx.json

bench: $(VENV)/.bench
	$(BIN)/python -m tests.bench.run --sizes 1000,10000,100000
	$(BIN)/python -m tests.bench.province
	$(BIN)/python -m tests.bench.preview

# Browsers and fonts for the tests, from Debian's or Ubuntu's own packages.
system:
	@sh tests/system-packages.sh

# The first stamp makes the environment; each later one adds a lock file's packages.
$(VENV)/.site: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer with venv is needed: apt install python3 python3-venv"; exit 3; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.test: $(VENV)/.site requirements-test.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-test.lock
	touch $@

$(VENV)/.bench: $(VENV)/.test requirements-bench.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	touch $@

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml --extra install

lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --extra test -o requirements-test.lock
	$(LOCK) --extra test --extra bench -o requirements-bench.lock

clean:
	rm -rf $(VENV) dist .dist.* .dwgk .mypy_cache .pytest_cache .ruff_cache .hypothesis
