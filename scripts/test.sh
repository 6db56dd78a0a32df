#!/usr/bin/env bash
# Install what the tests need and run them all: style, types, rules, Python,
# TypeScript, a real browser. Every check runs, also after one that failed; the
# runners' own summaries come last. The exit code is 1 when anything failed.
set -uo pipefail
cd "$(dirname "$0")/.."

scripts/install.sh test || exit 1
export PATH=$PWD/.venv/bin:$PATH
# Two working trees may be tested at once.
UI_TEST_PORT=${UI_TEST_PORT:-$(python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')}
export UI_TEST_PORT

logs=$(mktemp -d)
trap 'kill -- ${matrix:+-$matrix} 2>/dev/null; rm -rf "$logs"' EXIT
failed=()

check() { # check NAME COMMAND...
    local name=$1; shift
    echo "== $name"
    "$@" 2>&1 | tee "$logs/$name" || failed+=("$name")
}

check ruff ruff check --quiet .
check format ruff format --quiet --check .
check mypy mypy
check imports lint-imports
check eslint jlpm lint:check
check tsc jlpm types:check
check payloads jlpm payloads:check
check catalogue jlpm catalogue:check
check authentication python scripts/check_auth.py
check docs scripts/docs.sh
check jest jlpm test
check pytest pytest
check wheel scripts/check_wheel.sh
check playwright jlpm test:ui
# On a cluster much is waited for: other versions are tried meanwhile. As a job (-m): what
# bash starts in the background otherwise, and all that it starts, cannot be interrupted.
set -m
scripts/matrix.sh --smoke >"$logs/matrix" 2>&1 </dev/null &
matrix=$!
set +m
check cluster scripts/test_cluster.sh
check hub-4 env HUB_VERSION='jupyterhub==4.0.*' scripts/test_cluster.sh playwright --grep=@smoke
echo "== matrix"
wait $matrix || failed+=(matrix)
cat "$logs/matrix"

echo
echo "== summary"
grep -hE '^(Test Suites|Tests):' "$logs/jest"
grep -hE '^=+ .* in [0-9.]+s.* =+$' "$logs/pytest" "$logs/cluster"
grep -hE '^ +[0-9]+ (passed|failed|flaky|skipped|did not run)' "$logs/playwright" "$logs/cluster" "$logs/hub-4"
grep -h '^Not tested:' "$logs/cluster"
[ ${#failed[@]} = 0 ] || { echo "failed: ${failed[*]}"; exit 1; }
