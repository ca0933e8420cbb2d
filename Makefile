# baclosim: `make run` sets up everything and runs the main job; `make test` sets up everything and runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run serve test check docs fuzz pictures calibrate bench strategies clean browser
.DEFAULT_GOAL := run

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

run: $(STAMP)
	$(BIN)/baclosim run oral-titration-ms --out reports/oral-titration-ms

serve: $(STAMP)
	$(BIN)/baclosim serve

test: $(STAMP) browser
	$(BIN)/python -m pytest

# The tests of the page drive a real browser: Debian's Chromium, installed here when it is missing and we may.
browser: $(STAMP)
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	&& { [ ! -x /sbin/ldconfig ] || /sbin/ldconfig -p | grep -q libatomic.so.1; } \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium libatomic1 >/dev/null; } \
	|| { echo "The tests of the page need Chromium and libatomic (Debian: apt-get install chromium libatomic1), then run this again."; exit 1; }
	@! $(BIN)/python -m pip --disable-pip-version-check show -q libroadrunner 2>/dev/null \
	|| $(BIN)/python -c "import roadrunner" 2>/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -qq --no-install-recommends $$($(BIN)/python -c "import sys; print('libpython%d.%d' % sys.version_info[:2])") >/dev/null; } \
	|| { echo "The tests of SBML need Python's shared library (Debian: apt-get install libpython3.11 or so), then run this again."; exit 1; }

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/codespell

# The site: offline, made from the pages and from the code; a warning is an error.
docs: $(STAMP)
	$(BIN)/sphinx-build -b html --fail-on-warning --keep-going --quiet docs site
	@echo "site/index.html"

# The pictures of the workbench in the docs, taken anew in the browser: look at them before they are committed.
pictures: $(STAMP) browser
	BACLOSIM_PICTURES=1 $(BIN)/python -m pytest -n 0 tests/test_web_journeys.py

# Facts to calibrated parameters: what is stored comes out again.
calibrate: $(STAMP)
	for script in systemic spine tolerance reflex brain overdose uraemia withdrawal serotonin; do $(BIN)/python calibration/$$script.py || exit 1; done

# Look for texts that break a reader: an hour on two cores, or SECONDS.
SECONDS ?= 3600
fuzz: $(STAMP)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]' \
	|| { echo "Atheris could not be installed: it has wheels for some Pythons and processors only (docs/platforms.md). What was found before is replayed by make test all the same."; exit 1; }
	$(BIN)/python fuzz/hunt.py --seconds $(SECONDS)

# Side by side with what can be installed of the peers.
bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	$(BIN)/python bench/run.py

# The study of three ways to stop, to docs/withdrawal-strategies.md and its figures.
strategies: $(STAMP)
	$(BIN)/python bench/withdrawal_strategies.py

clean:
	rm -rf $(VENV) reports dist build site docs/reference
