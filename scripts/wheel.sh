#!/usr/bin/env bash
# Build the wheel from what git has, page and all.
#
#     scripts/wheel.sh FOLDER
set -euo pipefail
folder=$(realpath "$1")
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${YARN_NPM_REGISTRY_SERVER:-}" ] && command -v npm >/dev/null; then
    YARN_NPM_REGISTRY_SERVER=$(npm config get registry 2>/dev/null)
    export YARN_NPM_REGISTRY_SERVER
fi
git ls-files -z | xargs -0 tar -c | tar -x -C "$work"
python -m build --wheel --outdir "$folder" "$work" >"$work/log" 2>&1 ||
    { tail -n 40 "$work/log"; exit 1; }
