# Everything a person or a machine does with a checkout. `make demo` on a fresh Debian needs python3 (>= 3.11),
# python3-venv and make; the rest sets itself up in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install demo test unit fire check screenshots bench lock clean

install: .venv/installed

.venv/installed: requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: install
	$(BIN)/loaxa demo

test: install
	$(BIN)/pytest -n 2 --dist loadgroup

unit: install
	$(BIN)/pytest tests/unit -n 2 --dist loadgroup -q -m "not slow"

# The long proof that nobody gets a bulletin twice and nobody is lost, whatever dies; `make test` runs a short one.
fire: install
	$(BIN)/pytest tests/fire -m fire -n 2 -rP

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/loaxa check

# The pictures of docs/vi/huong-dan-can-bo.md; needs Chromium, and pngquant to make them small.
screenshots: install
	$(BIN)/python -m scripts.screenshots

bench: install
	$(BIN)/python -m benchmarks

# The locks carry hashes and no index address, so they install from any mirror.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group dev requirements/build.in pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv var
