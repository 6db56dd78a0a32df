#!/usr/bin/env bash
# Open JupyterLab with the demo's modules. Arguments go to `jupyter lab`.
#
#     PORT=9999 scripts/demo.sh --no-browser
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install.sh demo

lab=$PWD/.venv/bin/jupyter-lab
options=(--port="${PORT:-8888}" --KernelsService.remember_modules=True)
[ "$(id -u)" != 0 ] || options+=(--allow-root)
# The browser belongs to the user and keeps the user's home.
if command -v xdg-open >/dev/null; then
    export BROWSER="${BROWSER:-env HOME=$HOME xdg-open %s}"
fi

home=$PWD/.demo/home
mkdir -p "$home"
. scripts/home.sh "$home"
export USER=${USER:-$(id -un)}
. examples/storage.sh "$PWD/.demo/cluster"
# Terminals start `python` and `jupyter` of the environment that serves them.
export PATH=${lab%/*}:$PATH
cd "$home"
exec "$lab" "${options[@]}" "$@"
