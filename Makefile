.DEFAULT_GOAL := help
.PHONY: help demo test lint bench docs clean install cluster cluster-stop test-cluster

demo: PORT ?= 8888
cluster: PORT ?= 8000
ARGS ?=
export PORT

help: ## Say what can be made
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: ## Open JupyterLab with the demo's modules (PORT=9999, ARGS="--no-browser")
	@scripts/demo.sh $(ARGS)

cluster: ## A Slurm cluster with JupyterHub on this machine, as root (PORT=9999)
	@scripts/cluster.sh up $(ARGS)

cluster-stop: ## End the cluster (ARGS=--all: and remove what it installed)
	@scripts/cluster.sh stop $(ARGS)

test: ## Run all tests: Python, TypeScript, real browser, real Lmod
	@scripts/test.sh

test-cluster: ## Test the whole chain in a browser, on a cluster of its own, as root
	@scripts/test_cluster.sh $(ARGS)

lint: install ## Mend the style of what can be mended, and tell the rest
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@PATH="$(CURDIR)/.venv/bin:$$PATH" jlpm lint

bench: install ## Measure beside bare Lmod and the peer (ARGS=-h lists the parts)
	@.venv/bin/python benchmarks $(ARGS)

docs: ## Build the documentation into docs/_build/html
	@scripts/docs.sh

clean: ## Remove all that was made here
	@rm -rf .venv .demo node_modules lib dist tsconfig.tsbuildinfo \
		jupyterlab_hpc/labextension jupyterlab_hpc/_version.py jupyterlab_hpc/apps/page/novnc \
		.stylelintcache .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis docs/_build ui-tests/test-results

install:
	@scripts/install.sh test
