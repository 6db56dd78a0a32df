#!/usr/bin/env bash
# Serve JupyterLab for the browser tests, with the demo's modules, in a temporary home.
set -euo pipefail
cd "$(dirname "$0")"

# A module may bring another `jupyter`.
lab=$(command -v jupyter-lab)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
trap 'exit 143' TERM

. ../scripts/home.sh "$home"
"$lab" --config "$PWD/jupyter_server_test_config.py"
