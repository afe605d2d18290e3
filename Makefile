# Environments are built from requirements/*.txt, which `make lock` writes.

IMPLEMENTATION ?= reference
ISOLATION ?=
ARGS ?=
UV ?= uv

TF_CPP_MIN_LOG_LEVEL ?= 3
export TF_CPP_MIN_LOG_LEVEL

# The ports, and what the list says of one: $(call entry,PORT,KEY), or nothing.
LIST := alternatives/ports.ini
PORTS := $(shell sed -n 's/^\[\(.*\)\]$$/\1/p' $(LIST))
entry = $(shell awk -v section='[$(1)]' -v key='$(2)' \
    '/^\[/ { on = $$0 == section } on && $$1 == key { sub(/^[^=]*= */, ""); print }' $(LIST))
WHOLE := $(foreach port,$(PORTS),$(if $(call entry,$(port),provides),,$(port)))
ALONE := $(foreach port,$(PORTS),$(if $(call entry,$(port),environment),$(port)))
short = $(patsubst alternatives.%,%,$(1))

# Some ports cannot be installed beside the others: the list names a place of their own.
VENV := $(or $(call entry,$(IMPLEMENTATION),environment),.venv)
RUN := $(VENV)/bin/python -m

# What `make test` has measured, side by side: a page, and the README's table.
REPORTS := build/reports
REPORT = --report='$(REPORTS)/$(lastword $(subst ., ,$(IMPLEMENTATION))).json'
# A port that is not whole is asked only for what it provides, and for all of that.
empty :=
comma := ,
PART := $(subst $(empty) $(empty),$(comma),$(call entry,$(IMPLEMENTATION),provides))
CHECK := $(RUN) touchstone check
MATRIX = $(RUN) touchstone matrix $(addprefix $(REPORTS)/,$(addsuffix .json,reference $(call short,$(WHOLE)))) \
    --output build/matrix.html --readme README.md

# The requirements files of an implementation; a foreign one brings its own framework.
NEEDS_reference := base reference
NEEDS := $(or $(NEEDS_$(IMPLEMENTATION)),$(call entry,$(IMPLEMENTATION),requirements),base)
# What the ports need beside what the suite's own tests do.
BESIDE := $(filter-out base reference,$(sort \
    $(foreach port,$(filter-out $(ALONE),$(PORTS)),$(call entry,$(port),requirements))))

# What was measured of an environment whole, on two busy cores; the list has others.
SIZE_reference := with base 1.9 GB, 4 minutes
$(foreach port,$(ALONE),$(eval SIZE_$(call entry,$(port),requirements) := $(call entry,$(port),size)))

.NOTPARALLEL:

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-14s %s\n", $$1, $$2}'

conformance: $(NEEDS:%=$(VENV)/.installed-%) $(VENV)/.installed-project ## check IMPLEMENTATION (default: reference)
	$(CHECK) '$(IMPLEMENTATION)' $(if $(PART),--only=$(PART) --require=$(PART)) $(REPORT) $(ARGS)

test: $(addprefix $(VENV)/.installed-,development $(BESIDE) project) ## everything that must hold; runs on after a failure
	@rm -rf $(REPORTS)
	@$(MAKE) --no-print-directory --keep-going $(addprefix test-,reference $(call short,$(PORTS)) $(if $(ARGS),,matrix) suite) notebooks

test-reference:
	@printf '\n==== The specification on the reference ====\n'
	@$(RUN) pytest spec_tests --implementation=reference --report=$(REPORTS)/reference.json $(ISOLATION) $(ARGS)

$(PORTS:alternatives.%=test-%): test-%:
	@printf '\n==== The specification on alternatives.$* ====\n'
	@$(MAKE) --no-print-directory conformance IMPLEMENTATION=alternatives.$*

# Left out where ARGS may have chosen some of the clauses.
test-matrix:
	@printf '\n==== The matrix in the README, and build/matrix.html ====\n'
	@$(MATRIX) --check

test-suite:
	@printf '\n==== The suite'"'"'s own tests ====\n'
	@$(RUN) pytest tests --numprocesses=2 --dist=loadfile $(ARGS)

# RESULTS=benchmarks/results publishes them. Some ports and TensorFlow 2.0.0 work in
# environments of their own: TENSORFLOW_2_0 names the interpreter of one, if there is any.
RESULTS ?= build/results
TENSORFLOW_2_0 ?=
bench: $(addprefix $(VENV)/.installed-,development $(BESIDE) project) ## time everything on two cores; tables and plots go to build
	@$(foreach port,$(ALONE),$(MAKE) --no-print-directory IMPLEMENTATION=$(port) \
	    $(patsubst %,$(call entry,$(port),environment)/.installed-%,$(call entry,$(port),requirements)) &&) true
	$(RUN) benchmarks all --output $(RESULTS) \
	    $(if $(TENSORFLOW_2_0),--tensorflow-2-0 $(TENSORFLOW_2_0)) $(ARGS)

notebooks: $(VENV)/.installed-development $(VENV)/.installed-project ## run the notebooks and compare their outputs
	@printf '\n==== The notebooks ====\n'
	@$(RUN) pytest --nbval notebooks $(ARGS)

outputs: $(VENV)/.installed-development $(VENV)/.installed-project ## run the notebooks and keep what they say now
	env -u CHAPTER_DATA CUDA_VISIBLE_DEVICES= $(RUN) nbconvert --to notebook --execute --inplace notebooks/*.ipynb
	$(VENV)/bin/python notebooks/normalise.py notebooks/*.ipynb

lint: $(VENV)/.installed-development $(VENV)/.installed-project ## formatting, lint and types
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) mypy

format: $(VENV)/.installed-development $(VENV)/.installed-project ## format, and mend what ruff can mend
	$(RUN) ruff check --fix
	$(RUN) ruff format

register: $(VENV)/.installed-base $(VENV)/.installed-project ## bring the register of clause ids up to date
	$(RUN) touchstone register --write

specification: $(VENV)/.installed-base $(VENV)/.installed-project ## write SPECIFICATION.md and the README's table from the clauses
	$(RUN) touchstone specification --output SPECIFICATION.md --readme README.md

rivals: $(VENV)/.installed-base $(VENV)/.installed-project ## write docs/RIVALS.md: what the clauses reject
	$(RUN) touchstone rivals --output docs/RIVALS.md

matrix: $(VENV)/.installed-base $(VENV)/.installed-project ## put into the README's matrix what `make test` last measured
	$(MATRIX)

clean: ## remove the environment, caches and scratch files
	rm -rf .venv $(foreach port,$(ALONE),$(call entry,$(port),environment)) build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- Environments. A stamp is written last, so that what was interrupted is done again.

# The locks are complete: pip has nothing to resolve, and installs nothing unnamed.
INSTALL := $(RUN) pip install --require-hashes --no-deps -r

define CREATE
found=; bare=; \
for python in $(PYTHON) python3.11 python3.10 python3 python; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info[:2] not in [(3, 10), (3, 11)])' >/dev/null 2>&1 || continue; \
    if "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then found=$$python; break; fi; \
    bare=$$python; \
done; \
if [ -n "$$found" ]; then "$$found" -m venv $(@D); \
elif command -v $(UV) >/dev/null 2>&1; then $(UV) venv --python 3.11 --seed $(@D); \
elif [ -n "$$bare" ]; then echo "$$bare cannot make environments: install its venv module (on Debian and Ubuntu the package python3-venv), or uv." >&2; exit 1; \
else echo "Python 3.11 (or 3.10) is needed, and no command runs it: install it, or uv." >&2; exit 1; fi
endef

$(VENV)/.created:
	@rm -rf $(@D)
	@$(CREATE)
	@touch $@

$(VENV)/.installed-%: requirements/%.txt $(VENV)/.created
	@echo 'Installing $* into $(VENV)$(if $(SIZE_$*), (about $(SIZE_$*)))'
	$(INSTALL) $<
	@touch $@

# The project itself: its command, its plugin and its specification by name. A path file
# besides, since notebooks and their kernels run in folders of their own.
$(VENV)/.installed-project: pyproject.toml $(VENV)/.created
	$(RUN) pip install --quiet --no-deps --no-build-isolation --editable .
	@echo '$(CURDIR)' >"$$($(VENV)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/touchstone_repository.pth"
	@touch $@

# pip prefers a file whose hash the index states, so it would take the registry's build
# even where a CPU build is offered: that is asked for first, by its own version. The
# last line adds the CUDA packages that the registry's build for Linux needs; no lock
# names them.
CPU_TORCH = $(shell sed -n 's/^\(torch==[^ ]*\).*/\1/p' requirements/pytorch-cpu.txt)

$(VENV)/.installed-pytorch: requirements/pytorch.txt requirements/pytorch-cpu.txt $(VENV)/.created
	@echo 'Installing pytorch into $(VENV)'
	@if $(RUN) pip install --dry-run --no-deps --quiet $(CPU_TORCH) >/dev/null 2>&1; then \
	    $(INSTALL) requirements/pytorch-cpu.txt; fi
	$(INSTALL) requirements/pytorch.txt
	$(RUN) pip install $(firstword $(subst +, ,$(CPU_TORCH)))
	@touch $@

# ---- Locks: one resolution for Python 3.10 and 3.11, which the smaller ones follow.

COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.10 \
    --fork-strategy fewest --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
    --custom-compile-command 'make lock' --quiet $(ARGS)
FOLLOW = $(COMPILE) --no-annotate --constraints requirements/development.txt

lock: ## resolve the pinned requirements again (needs uv; ARGS=--upgrade for newer ones)
	$(COMPILE) --extra reference --extra data --extra notebooks --extra development \
	    --output-file requirements/development.txt >/dev/null
	$(FOLLOW) --extra base --output-file requirements/base.txt >/dev/null
	$(FOLLOW) --extra isolation --extra reference --output-file requirements/reference.txt >/dev/null
	set -e; for extra in $(filter-out pytorch,$(BESIDE)); do \
	    $(FOLLOW) --extra $$extra --output-file requirements/$$extra.txt >/dev/null; done
	cp requirements/pytorch.txt requirements/pytorch.tmp
	$(FOLLOW) --extra pytorch --output-file requirements/pytorch.tmp >/dev/null
	awk '/^[a-z]/ { dropped = /^(cuda|nvidia|triton)/ } !dropped' requirements/pytorch.tmp >requirements/pytorch.txt
	rm requirements/pytorch.tmp
	set -e; for extra in $(foreach port,$(ALONE),$(call entry,$(port),requirements)); do \
	    $(COMPILE) --no-config --no-annotate --extra base --extra $$extra \
	    --output-file requirements/$$extra.txt >/dev/null; done

.PHONY: help conformance test test-reference $(PORTS:alternatives.%=test-%) test-matrix test-suite bench notebooks outputs lint format register specification rivals matrix clean lock
