# Everything one does with this repository; `make help` lists it. The first call of any command
# makes the virtual environment .venv and builds the extension; later calls do what has changed.
#
#   MATPLOTLIB=3.11.2   the release to install and compare with (another one: also give VENV=...)
#   PYTHON=python3.13   the interpreter that .venv is made from
#   VENV=.venv          where the virtual environment is

MATPLOTLIB ?= 3.11.2
VENV ?= .venv
ARGS ?=

# The binding is compiled against the stable ABI; any interpreter will do, this one is at hand.
export PYO3_PYTHON := $(abspath $(VENV))/bin/python
# Found fonts, TeX files: nobody's own settings take part, and nothing is left behind.
export MPLCONFIGDIR := $(abspath $(VENV))/matplotlib
unexport MPLBACKEND MATPLOTLIBRC PYTHONPATH

python := $(VENV)/bin/python
installed := $(VENV)/.installed-$(MATPLOTLIB)
built := $(VENV)/.built
rust_sources := Cargo.toml Cargo.lock $(shell find crates -name '*.rs' -o -name Cargo.toml)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

# --- set-up: two stamp files say what has been done

$(installed): pyproject.toml tools/setup.sh
	@tools/setup.sh $(VENV) $(MATPLOTLIB)
	@rm -f $(VENV)/.installed-* $(built)
	@touch $@

$(built): $(installed) $(rust_sources)
	PIP_QUIET=1 VIRTUAL_ENV=$(abspath $(VENV)) $(VENV)/bin/maturin develop --release --quiet
	@$(python) -m compileall -q python/drypoint # as pip does with what it installs
	@touch $@

.PHONY: build
build: $(built) ## .venv with drypoint in it, compiled in release mode

# --- to look at

.PHONY: demo
demo: $(built) ## render the examples through drypoint and Agg into demo/, compare pixels and times
	@$(python) -m tools.demo $(ARGS)

.PHONY: bench
bench: $(built) ## time saves: drypoint, Matplotlib, mplcairo and a backend that does nothing
	@$(python) -m benches $(ARGS)

.PHONY: bench-instructions
bench-instructions: $(built) ## count the instructions of a few saves (needs valgrind)
	@$(python) -m benches instructions $(ARGS)

.PHONY: bench-stages
bench-stages: ## time the stages inside the crates (flatten, simplify, stroke, cells, blend, ...)
	@cargo bench --quiet --workspace --exclude drypoint-python --bench stages -- $(ARGS)

# --- to prove

.PHONY: test
test: test-rust test-python ## all tests of this repository

.PHONY: test-rust
test-rust: $(installed) ## the tests inside the crates
	cargo test --quiet --workspace --locked

.PHONY: test-python
test-python: $(built) ## the tests in tests/, but for windows; ARGS="-k name" for some of them
	$(python) -m pytest --ignore tests/windows/test_contracts.py --ignore tests/windows/test_wayland.py $(ARGS)

# veraPDF and what it needs: 10 MB from Maven's repository, once.
verapdf := $(VENV)/verapdf

$(verapdf): tools/verapdf/pom.xml
	mvn --quiet --batch-mode --file tools/verapdf/pom.xml dependency:copy-dependencies -DoutputDirectory=$(abspath $@)
	@touch $@

.PHONY: test-pdf-standards
test-pdf-standards: $(built) $(verapdf) ## PDF/A and PDF/UA files, held against the standards by veraPDF (needs Maven)
	VERAPDF_JARS=$(abspath $(verapdf)) $(python) -m pytest tests/vector/test_pdf_validity.py -n 2 $(ARGS)

.PHONY: test-takeover
test-takeover: $(built) ## the tests of drypoint.install() with the packages that it must reach (half a gigabyte)
	PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1 $(python) -m pip install --group takeover "matplotlib==$(MATPLOTLIB)"
	$(python) -m pytest tests/takeover $(ARGS)

# Debian has GTK and wx for its own Python only; its packages are seen from an environment of its own.
# pycairo is one of them, so Cairo's tests, which ran with cairocffi alone, run again.
windows := $(VENV)/windows

.PHONY: test-windows
test-windows: $(built) ## every toolkit's window on an X server, with mouse and keyboard (needs Xvfb, xdotool)
	tools/setup_windows.sh $(windows) $(MATPLOTLIB)
	$(windows)/bin/python -m pytest tests/windows tests/vector/test_cairo.py -n 4 $(ARGS)

.PHONY: test-interactive
test-interactive: $(built) ## Matplotlib's own tests of windows, on its backends and on drypoint, compared (needs Xvfb)
	tools/setup_windows.sh $(windows) $(MATPLOTLIB)
	$(windows)/bin/python -m tools.interactive_suite $(ARGS)

.PHONY: test-notebooks
test-notebooks: $(built) ## inline and live figures in kernels, a real JupyterLab, Notebook 7 and marimo (needs Chromium)
	PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1 $(python) -m pip install --group notebooks "matplotlib==$(MATPLOTLIB)"
	$(python) -m pytest tests/web/test_inline.py tests/web/test_jupyterlab.py tests/web/test_marimo.py $(ARGS)

.PHONY: switched-suites
switched-suites: $(built) ## test suites of pandas, seaborn and others on Agg and on drypoint, compared
	$(python) -m tools.switched_suites $(ARGS)

libraries := $(VENV)/libraries

.PHONY: libraries
libraries: $(built) ## scripts with some thirty libraries that draw with Matplotlib, on Agg and on drypoint, compared
	test -d $(libraries) || $(python) -m venv $(libraries)
	$(libraries)/bin/python -m pip install -q "matplotlib==$(MATPLOTLIB)" -r tools/libraries/requirements.txt
	PYTHONPATH=python $(libraries)/bin/python -m drypoint compare tools/libraries/*.py $(ARGS)

.PHONY: run-gallery
run-gallery: $(built) ## every script of Matplotlib's gallery under drypoint run (twenty minutes)
	$(python) -m tools.run_gallery $(ARGS)

# Not `maturin build --sdist`: what it unpacks has the date of another year, and cargo would take what
# it compiled last time for up to date. `tar -m` dates everything now.
.PHONY: wheel
wheel: $(installed) ## target/wheels/: the source release, and the wheel that it builds, for CPython 3.11 and newer
	@rm -rf target/wheels target/source
	@mkdir -p target/source
	$(VENV)/bin/maturin sdist --out target/wheels
	tar -xzmf target/wheels/*.tar.gz -C target/source --strip-components=1
	cd target/source && CARGO_TARGET_DIR=$(abspath target/wheel-build) $(abspath $(VENV))/bin/maturin build \
		--release --locked --quiet --out $(abspath target/wheels)
	@ls target/wheels

.PHONY: test-wheel
test-wheel: wheel ## install that wheel into an environment of its own, without Rust, and draw there
	tools/test_wheel.sh $(python) $(VENV)/wheel "matplotlib==$(MATPLOTLIB)" target/wheels/*.whl

.PHONY: conformance
conformance: $(built) ## Matplotlib's own tests and gallery, ours in Agg's place
	$(python) -m drypoint conformance run $(ARGS)

.PHONY: conformance-vector
conformance-vector: $(built) ## PDF, SVG and EPS of the suite and the gallery beside Matplotlib's, as other programs show them
	$(python) -m drypoint conformance vector $(ARGS)

# A fixed seed and number of runs: the same on every machine. Give ARGS="-max_total_time=600" for a hunt.
# No sanitizer: safe Rust needs none, and without one the stable compiler will do.
fuzz_args := -seed=1 -runs=8000 -len_control=0 -max_len=600 -timeout=120 -rss_limit_mb=4096

$(VENV)/bin/cargo-fuzz: | $(installed)
	cargo install --quiet --locked --root $(VENV) --version 0.13.2 cargo-fuzz

.PHONY: fuzz
fuzz: $(VENV)/bin/cargo-fuzz ## run the fuzz targets for a short while (needs a C++ compiler)
	@for target in $(basename $(notdir $(wildcard fuzz/fuzz_targets/*.rs))); do \
		PATH="$(abspath $(VENV))/bin:$$PATH" cargo fuzz run --sanitizer none $$target -- \
			-verbosity=0 $(or $(ARGS),$(fuzz_args)) || exit 1; \
	done

.PHONY: sanitize
sanitize: $(installed) ## what hands memory to Python, under AddressSanitizer (x86-64 Linux, needs g++)
	tools/sanitize.sh $(VENV)

.PHONY: check
check: check-rust check-python ## formatting, lints, types, the stub of the extension

.PHONY: check-rust
check-rust: $(installed)
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets --locked -- -D warnings

.PHONY: check-python
check-python: $(built)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(python) -m mypy
	@if command -v tsc >/dev/null; then tsc -p tools/tsconfig.json; else echo "no tsc: types of the view are not checked"; fi
	$(python) -m mypy.stubtest drypoint._core \
		--allowlist tools/stubtest-allowlist.txt --ignore-unused-allowlist

.PHONY: docs
docs: $(installed) ## docs/ as a site in target/site/; a broken link or a warning is an error
	$(VENV)/bin/mkdocs build --strict --quiet

# --- to tidy up

.PHONY: format
format: $(installed) ## let the formatters rewrite the sources
	cargo fmt --all
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

.PHONY: clean
clean: ## remove everything that make made
	rm -rf $(VENV) demo target fuzz/target python/drypoint/_core*.so
