#!/usr/bin/env bash
# Put Environment Modules into .envmod/, for the tests alone. Debian's package conflicts
# with Lmod's, so it is unpacked and not installed. Does nothing where it is there.
#
#     scripts/envmod.sh
set -euo pipefail
cd "$(dirname "$0")/.."

command=.envmod/modulecmd.tcl
[ ! -x "$command" ] || exit 0

for program in apt-get dpkg; do
    if ! command -v "$program" >/dev/null; then
        echo "envmod.sh: this is no Debian, so the tests go without Environment Modules." >&2
        exit 0
    fi
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# apt downloads as a user of its own where root asks.
chmod 755 "$folder"
[ "$(id -u)" != 0 ] || chown _apt "$folder" 2>/dev/null || true
(cd "$folder" && apt-get -qq download environment-modules)
rm -rf .envmod
mkdir .envmod
dpkg -x "$folder"/environment-modules_*.deb .envmod/root
(cd .envmod && ln -sf root/usr/lib/*/modulecmd.tcl modulecmd.tcl)
