#!/usr/bin/env bash
# Make what a tag would publish, check it, and say what it is. Publishes nothing.
#
#     scripts/release.sh [--tag vX.Y.Z] [FOLDER]
#
# FOLDER is dist if it is not named; what is in it goes. Everything is built twice: from
# what git has, and from the sdist alone, elsewhere and later, without the page that is
# built in it. Both must be the same to the byte. With --tag, what is only told otherwise
# (no date in the changelog, changes that are not committed) is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

tag=
[ "${1:-}" != --tag ] || { tag=$2; shift 2; }
dist=$(realpath -m "${1:-dist}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$(node -p 'require("./package.json").version')
# The time in the archives: when what is in them was committed.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
if [ -z "${YARN_NPM_REGISTRY_SERVER:-}" ]; then
    YARN_NPM_REGISTRY_SERVER=$(npm config get registry 2>/dev/null)
    export YARN_NPM_REGISTRY_SERVER
fi

step() { printf '== %s\n' "$*"; }
quietly() { "$@" >"$work/log" 2>&1 || { tail -n 40 "$work/log"; return 1; }; }

step tools
python3 -m venv "$work/tools"
quietly "$work/tools/bin/pip" install -q --disable-pip-version-check \
    'build>=1.2' 'twine>=6.1' 'cyclonedx-bom>=7'
tool() { local name=$1; shift; "$work/tools/bin/$name" "$@"; }

step "wheel and sdist, from what git has"
mkdir -p "$work/git" "$work/first" "$work/second"
git ls-files -z | xargs -0 tar -c | tar -x -C "$work/git"
quietly tool python -m build --outdir "$work/first" "$work/git"

step "the same, from the sdist"
tar -xzf "$work"/first/*.tar.gz -C "$work/second"
again="$work/second/jupyterlab_hpc-$version"
rm -rf "$again/jupyterlab_hpc/labextension" "$again/jupyterlab_hpc/apps/page/novnc" \
    "$again/jupyterlab_hpc/_version.py"
# Elsewhere, later, with files of another time and other rights.
find "$again" -type f -exec touch -d '2001-02-03 04:05' {} +
(umask 077; quietly tool python -m build --outdir "$work/again" "$again")
for file in "$work"/first/*; do
    cmp "$file" "$work/again/$(basename "$file")" ||
        { echo "$(basename "$file") cannot be reproduced" >&2; exit 1; }
done

step contents
tool python scripts/check_dist.py "$work/first"
tool twine check --strict "$work"/first/*

step SBOM
python3 -m venv --without-pip "$work/site"
quietly tool pip --python "$work/site/bin/python" install -q --disable-pip-version-check \
    "$work"/first/*.whl
tool cyclonedx-py environment "$work/site" --output-reproducible --of JSON \
    -o "$work/environment.json"
bill="jupyterlab_hpc-$version.cdx.json"
tool python scripts/sbom.py "$work"/first/*.whl "$work/environment.json" "$work/first/$bill"

step "what a tag would publish"
mkdir -p "$dist"
rm -f "$dist"/jupyterlab_hpc-*
cp "$work"/first/* "$dist/"
(cd "$dist" && sha256sum jupyterlab_hpc-* | tee "jupyterlab_hpc-$version.sha256")
not_yet=()
[ -z "$(git status --porcelain)" ] || not_yet+=("there are changes that are not committed")
grep -qE "^## \[${version//./\\.}\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$" CHANGELOG.md ||
    not_yet+=("CHANGELOG.md has no date for $version")
[ -z "$tag" ] || [ "$tag" = "v$version" ] || not_yet+=("the tag $tag is not v$version")
[ -n "$tag" ] || ! git rev-parse -q --verify "refs/tags/v$version" >/dev/null ||
    not_yet+=("there is a tag v$version already")
echo "The tag v$version publishes wheel and sdist, and keeps the SBOM and the sums beside them."
[ ${#not_yet[@]} = 0 ] || printf 'Not yet: %s.\n' "${not_yet[@]}"
[ -z "$tag" ] || [ ${#not_yet[@]} = 0 ]
