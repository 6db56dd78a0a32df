#!/usr/bin/env bash
# Serve JupyterLab for the browser tests, with the demo's modules, in a temporary home.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# A module may bring another `jupyter`.
lab=$(command -v jupyter-lab)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
trap 'exit 143' TERM

. "$here/../scripts/home.sh" "$home"
# A machine whose Lmod is gone, for what the page says then.
[ -z "${UI_TEST_LMOD_CMD:-}" ] || export LMOD_CMD=$UI_TEST_LMOD_CMD
cd "$home"
"$lab" --config "$here/jupyter_server_test_config.py"
