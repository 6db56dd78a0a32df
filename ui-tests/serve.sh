#!/usr/bin/env bash
# Serve JupyterLab for the browser tests, with the demo modules, in a home of its own.
set -euo pipefail
cd "$(dirname "$0")"

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
trap 'exit 143' TERM

export HOME=$home
export JUPYTER_CONFIG_DIR=$home/.jupyter
export JUPYTER_DATA_DIR=$home/.local/share/jupyter
export JUPYTER_RUNTIME_DIR=$home/.local/share/jupyter/runtime
export JUPYTERLAB_SETTINGS_DIR=$home/.jupyter/lab/user-settings
export JUPYTERLAB_WORKSPACES_DIR=$home/.jupyter/lab/workspaces
# The environment's own configuration before the machine's.
export JUPYTER_PREFER_ENV_PATH=1
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME IPYTHONDIR

source ../examples/environment.sh
jupyter lab --config "$PWD/jupyter_server_test_config.py"
