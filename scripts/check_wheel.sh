#!/usr/bin/env bash
# Build the wheel from what git has, install it where there is no Node.js, and
# see that server extension, page and translations are there without more ado.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/dist"
scripts/wheel.sh "$work/dist"
python3 scripts/check_dist.py "$work/dist"

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check "$work"/dist/*.whl 'jupyterlab>=4.2,<5'
# Nothing but the virtual environment and the system's own programs; no node.
mkdir "$work/bin" "$work/home"
for program in sh env uname; do ln -s "$(command -v $program)" "$work/bin/"; done
cd "$work/home"
bare() { env -i HOME="$work/home" PATH="$work/venv/bin:$work/bin" "$@"; }

! bare sh -c 'command -v node' || { echo "node is still there"; exit 1; }
bare jupyter labextension list 2>&1 | grep -E 'jupyterlab_hpc .*enabled.*OK'
bare jupyter server extension list 2>&1 | grep -E 'jupyterlab_hpc [0-9.]+ .*OK'
bare python - <<'EOF'
from pathlib import Path

import jupyterlab_hpc

package = Path(jupyterlab_hpc.__file__).parent
for name in (
    "apps/events.json",
    "apps/page/novnc/LICENSE.MPL-2.0",
    "apps/page/novnc/core/rfb.js",
    "apps/page/start.js",
    "guardian.py",
    "software/events.json",
    "software/login.bash",
    "tools/lmod_cache.lua",
):
    assert (package / name).is_file(), name
for locale in ("fr_FR", "fr_CA"):
    assert (package / "locale" / locale / "LC_MESSAGES" / "jupyterlab_hpc.json").is_file(), locale
assert not (package / "labextension").exists(), "the page is in the wheel twice"
print("the wheel is whole, version", jupyterlab_hpc.__version__)
EOF
