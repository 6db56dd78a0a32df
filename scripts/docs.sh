#!/usr/bin/env bash
# Build the documentation into docs/_build/html. A warning is a failure: a link
# between pages or to a heading that is not there, a page in no list, a setting or a
# route that the reference lacks. Nothing is asked of the network.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -x .venv/bin/sphinx-build ] || scripts/install.sh test
export PATH=$PWD/.venv/bin:$PATH

failed=0
python scripts/reference.py --check || failed=1
python scripts/check_links.py || failed=1
# Anew each time: what has not changed is not checked again otherwise.
rm -rf docs/_build
sphinx-build -q -W --keep-going -n -j auto -b html -d docs/_build/doctrees docs docs/_build/html ||
    failed=1
[ $failed = 0 ] && echo "docs/_build/html/index.html"
exit $failed
