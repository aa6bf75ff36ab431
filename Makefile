# `make help` lists the targets. Another Python: make PYTHON=/path/to/python3.12. Options for the chat: make run ARGS="--port 8000".

PYTHON ?= $(shell sh tools/find_python.sh)
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check
ARGS   ?=

RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
PACKAGES := corpus index retriever answers ui evals tools

# The stamps stand in the virtual environment, so that removing it removes them too.
.PHONY: help run test check format index eval calibrate bench bench-page fuzz adversarial soak screenshots docs audit lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/\1|\2/p' Makefile | while IFS='|' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

run: $(RUNTIME) ## install, build the index where it is missing, open the chat and print its address
	$(PY) app.py $(ARGS)

test: $(DEV) index ## install, build the index, run all tests; the browser's need Chromium
	$(PY) -m pytest $(ARGS)

check: $(DEV) index ## format, lint, types, and whether corpus, index and model fit together
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy app.py $(PACKAGES)
	@set -e; for folder in tests $(filter-out tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/))); do \
	  if ls $$folder/*.py >/dev/null 2>&1; then echo "mypy $$folder"; MYPYPATH=$$folder $(PY) -m mypy $$folder/*.py; fi; done
	$(PY) app.py check

format: $(DEV) ## rewrite the code in the project's format
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

index: $(RUNTIME) ## build the index, or see that it is there
	$(PY) app.py index

eval: $(DEV) index ## quality: answers, abstention, groundedness, retrieval
	$(PY) -m evals.run $(ARGS)

calibrate: $(DEV) index ## fit the confidence on the project's own questions
	$(PY) -m evals.calibrate $(ARGS)

bench: $(DEV) index ## speed: cold start, latency, throughput, memory, a growing corpus
	$(PY) -m evals.bench $(ARGS)

bench-page: $(DEV) index ## the page in Chromium beside a bare Gradio echo chat; 1 where an aim is missed
	$(PY) -m evals.page_bench $(ARGS)

fuzz: $(DEV) index ## at least 100,000 hostile inputs for the parsers and the whole program
	$(PY) -m evals.fuzz $(ARGS)

adversarial: $(DEV) index ## hostile messages through command line, API and page; FILES names other sets
	$(PY) -m evals.adversarial $(or $(FILES),$(wildcard evals/hostile/*.jsonl)) $(ARGS)

soak: $(DEV) index ## the highest load that keeps p95 under two seconds, held for 20 minutes
	$(PY) -m evals.soak $(ARGS)

screenshots: $(DEV) index ## draw docs/screenshots anew in headless Chromium
	$(PY) -m tools.screenshots $(ARGS)

docs: $(DEV) ## regenerate what README.md and NOTICE take from the program
	$(PY) -m tools.readme
	$(PY) -m tools.notice

audit: $(DEV) ## known vulnerabilities, and a bill of materials in evals/reports
	$(PY) -m tools.audit

lock: $(DEV) ## write the exact versions and hashes for the bounds in pyproject.toml
	sh tools/lock.sh $(VENV)/bin/uv $(ARGS)

clean: ## remove what was built and installed
	rm -rf $(VENV) index/built .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@test -n "$(PYTHON)" || { echo "nutrace: expected Python 3.11, 3.12 or 3.13, found none; install one, or type: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUNTIME): requirements-torch.txt requirements.txt | $(PY)
	$(PIP) install --no-deps --retries 0 -r requirements-torch.txt
	$(PIP) install --no-deps --require-hashes -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	$(PIP) install --no-deps --require-hashes -r requirements-dev.txt
	@touch $@
