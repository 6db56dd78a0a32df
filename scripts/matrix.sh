#!/usr/bin/env bash
# The tests with other versions than those of the day, and beside other extensions.
#
#     scripts/matrix.sh [--smoke] [oldest|newest|beside]... [-- ARGUMENTS OF PLAYWRIGHT]
#
#     oldest  the oldest Python found here (3.10 or newer), and the oldest of what we need
#     newest  the newest Python found here, and the newest of all
#     beside  the extensions that centres have, in one environment with this one
#
#     --smoke what `make test` runs of it: the Python tests of the server and the tools
#             (with the oldest more of them), the browser tests that are marked @smoke, and of
#             the newest only what is not what the other tests run with
#
# Each in an environment of its own, with the wheel. PYTHONS names more interpreters;
# MATRIX_DIR is a folder that keeps the environments for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."

smoke=
[ "${1:-}" != --smoke ] || { smoke=1; shift; }
parts=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do parts+=("$1"); shift; done
[ "${1:-}" != -- ] || shift
[ ${#parts[@]} -gt 0 ] || parts=(oldest newest beside)

scripts/install.sh test
here=$PWD/.venv/bin
work=${MATRIX_DIR:-$(mktemp -d)}
[ -n "${MATRIX_DIR:-}" ] || trap 'rm -rf "$work"' EXIT
# The interpreters of this machine from the oldest to the newest, those that are too old left out.
pythons() {
    local program
    for program in ${PYTHONS:-} $(compgen -c python3. | grep -xE 'python3[.][0-9]+' | sort -u) "$HOME"/.pyenv/versions/*/bin/python3; do
        "$program" -c 'import sys, venv
if sys.version_info >= (3, 10) and sys.version_info.releaselevel == "final":
    print("%d.%d" % sys.version_info[:2], sys.executable)' 2>/dev/null || true
    done | sort -uV
}

OLDEST=('jupyterlab==4.2.*' 'jupyterlab-language-pack-fr-FR==4.2.*' 'notebook==7.2.*' 'jupyter_server==2.4.*'
    'jupyter-server-proxy==4.5.*' 'msgspec==0.18.*' 'ipykernel==6.*')
NEWEST=('jupyterlab<5' 'jupyterlab-language-pack-fr-FR' 'notebook<8' 'jupyter_server<3'
    'jupyter-server-proxy<5' 'msgspec<1' ipykernel)
BESIDE=(jupyterlmod jupyterlab-git jupyter-resource-usage jupyter-collaboration)
TESTS=('hypothesis>=6' 'pytest>=8' 'pytest-jupyter[server]>=0.10')
# What asks the server and the tools, and starts few other programs.
QUICK=(tests/rest tests/tools tests/hub tests/session tests/check tests/test_process.py tests/test_rooms.py)
# What touches most of the server and its kernels.
MORE=(tests/software/test_launch.py tests/software/test_stale.py tests/software/test_switches.py
    tests/storage/test_storage.py tests/test_magic.py)
# When garbage is collected, and what then complains of a file, is each Python's own.
GARBAGE=(-W ignore::pytest.PytestUnraisableExceptionWarning -W ignore::ResourceWarning)

environment() { # environment NAME PYTHON REQUIREMENT...
    local name=$1 python=$2; shift 2
    [ -x "$work/$name/bin/pip" ] || "$python" -m venv "$work/$name"
    "$work/$name/bin/pip" install -q --disable-pip-version-check "$work"/dist/*.whl "${TESTS[@]}" "$@"
    [ -z "${MATRIX_DIR:-}" ] ||
        "$work/$name/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps "$work"/dist/*.whl
    "$work/$name/bin/pip" check
    "$work/$name/bin/python" --version
    "$work/$name/bin/pip" list --format freeze --disable-pip-version-check |
        grep -iE '^(jupyterlab|notebook|jupyter.server|jupyter-server-proxy|msgspec|jupyterlmod|jupyterlab.git|jupyter.resource.usage|jupyter.collaboration)=='
}

# What of NEWEST is newer than in the environment that the other tests run in.
newer() {
    "$here/pip" install -q --disable-pip-version-check --dry-run --upgrade --report - "${NEWEST[@]}" |
        "$here/python" -c 'import json, sys
print(*("%(name)s %(version)s" % item["metadata"] for item in json.load(sys.stdin)["install"]), sep=", ")'
}

port() { "$here/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

with() { # with NAME COMMAND...
    local name=$1; shift
    PATH=$work/$name/bin:$PATH VIRTUAL_ENV='' UI_TEST_PORT=${UI_TEST_PORT:-$(port)} "$@"
}

failed=()

python_tests() { # python_tests NAME ARGUMENTS OF PYTEST...
    local name=$1; shift
    with "$name" pytest -q "${GARBAGE[@]}" ${smoke:+"${QUICK[@]}"} "$@" || failed+=("$name: pytest")
}

browser() { # browser NAME ARGUMENTS OF PLAYWRIGHT...
    local name=$1; shift
    with "$name" node node_modules/.bin/playwright test --config ui-tests --project=lab \
        ${smoke:+--grep=@smoke} "$@" || failed+=("$name: browser")
}

rm -rf "$work/dist"
mkdir -p "$work/dist"
PATH=$here:$PATH scripts/wheel.sh "$work/dist"
for part in "${parts[@]}"; do
    echo "== $part"
    case $part in
        oldest)
            environment oldest "$(pythons | head -n 1 | cut -d' ' -f2)" "${OLDEST[@]}"
            # jupyter_server's own schemas, which a newer jupyter_events warns of
            python_tests oldest -W ignore::jupyter_events.utils.JupyterEventsVersionWarning \
                ${smoke:+"${MORE[@]}"}
            browser oldest "$@" ;;
        newest)
            python=$(pythons | tail -n 1 | cut -d' ' -f2)
            newer=$(newer)
            if [ -n "$smoke" ] && [ -z "$newer" ]; then
                echo "What the other tests run with is the newest."
                [ "$("$python" --version)" != "$("$here/python" --version)" ] || continue
            fi
            environment newest "$python" "${NEWEST[@]}"
            python_tests newest
            # Another Python alone makes no other page.
            [ -n "$smoke" ] && [ -z "$newer" ] || browser newest "$@" ;;
        beside)
            environment beside "$here/python" "${NEWEST[@]}" "${BESIDE[@]}"
            browser beside "$@" ;;
        *) echo "matrix.sh: there is no part $part" >&2; exit 2 ;;
    esac
done
[ ${#failed[@]} = 0 ] || { printf 'failed: %s\n' "${failed[@]}"; exit 1; }
