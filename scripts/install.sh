#!/usr/bin/env bash
# Install what `make demo` or `make test` needs, and only what is missing.
#
#     scripts/install.sh demo|test
set -euo pipefail
cd "$(dirname "$0")/.."

what=$1
case $what in
    demo) extras=demo ;;
    test) extras=test,dev,docs ;;
    *) echo "usage: $0 demo|test" >&2; exit 2 ;;
esac

# Is a file missing, or older than one of the paths after it?
outdated() {
    local file=$1; shift
    [ ! -e "$file" ] || [ -n "$(find "$@" -newer "$file" -print -quit)" ]
}

has_lmod() {
    local lmod
    for lmod in "${LMOD_PKG:-}" /usr/share/lmod/lmod /opt/apps/lmod/lmod /opt/lmod/lmod /usr/local/lmod/lmod; do
        [ ! -r "$lmod/init/bash" ] || return 0
    done
    return 1
}

system_packages() {
    local missing=() root=() package policy=/usr/sbin/policy-rc.d made= code=0
    has_lmod || missing+=(lmod)
    [ -x .venv/bin/python ] || python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    [ "$what" = demo ] || [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || missing+=(chromium fonts-dejavu-core)
    [ "$what" = demo ] || [ -x "${FIREFOX:-/usr/bin/firefox-esr}" ] || missing+=(firefox-esr)
    [ "$what" = demo ] || command -v tclsh8.6 >/dev/null || missing+=(tcl8.6)
    if [ "$what" = test ]; then
        # The applications, and what code-server is compiled with.
        command -v openrefine >/dev/null || missing+=(openrefine)
        command -v Xtigervnc >/dev/null || missing+=(tigervnc-standalone-server)
        command -v xfce4-session >/dev/null || missing+=(xfce4-session xfwm4 xfdesktop4 dbus)
        [ -x .code-server/bin/code-server ] || [ -e /usr/include/gssapi/gssapi.h ] ||
            missing+=(libkrb5-dev)
        command -v g++ >/dev/null && command -v make >/dev/null || missing+=(g++ make)
    fi
    # The cluster's, for which root is needed; scripts/cluster.sh has the same list.
    if [ "$what" = test ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        for package in $(scripts/cluster.sh packages); do
            dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
                missing+=("$package")
        done
    fi
    [ ${#missing[@]} -gt 0 ] || return 0

    [ "$(id -u)" = 0 ] || root=(sudo)
    if ! command -v apt-get >/dev/null; then
        echo "Please install: ${missing[*]} (this is no Debian, so it cannot be done from here)." >&2
        return 1
    fi
    echo "Installing ${missing[*]}"
    # Slurm's and munge's own services must not start: they would take the usual ports.
    if [ "$(id -u)" = 0 ] && [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && made=1
    fi
    { "${root[@]}" apt-get update -qq &&
        "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends "${missing[@]}"; } || code=$?
    [ -z "$made" ] || rm -f $policy
    return $code
}

check_versions() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || {
        echo "Python 3.10 or newer is needed; this is $(python3 --version 2>&1)." >&2
        return 1
    }
    node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || {
        echo "Node.js 20 or newer is needed to build the page." >&2
        return 1
    }
}

python_packages() {
    local page=.venv/share/jupyter/labextensions/jupyterlab_hpc
    outdated ".venv/.installed-$what" pyproject.toml package.json yarn.lock || return 0
    [ -x .venv/bin/python ] || python3 -m venv .venv
    # pip would write through the link of an earlier installation into the sources.
    rm -rf "$page" jupyterlab_hpc/labextension/install.json
    .venv/bin/pip install -q --disable-pip-version-check -e ".[$extras]"
    # The page as it is built, not a copy: the next `jlpm build` shows on reload.
    rm -rf "$page"
    cp install.json jupyterlab_hpc/labextension/
    ln -s "$PWD/jupyterlab_hpc/labextension" "$page"
    # Who has what the tests need has what the demo needs.
    touch .venv/.installed-demo ".venv/.installed-$what"
}

page() {
    local sources=(src style package.json)
    [ ! -d schema ] || sources+=(schema)
    if outdated node_modules/.yarn-state.yml yarn.lock; then
        .venv/bin/jlpm install --immutable
    fi
    if outdated jupyterlab_hpc/labextension/package.json "${sources[@]}"; then
        PATH=$PWD/.venv/bin:$PATH jlpm build
        cp install.json jupyterlab_hpc/labextension/
    fi
}

system_packages
[ "$what" = demo ] || scripts/envmod.sh || [ -z "${CI:-}" ]
[ "$what" = demo ] || scripts/r.sh || [ -z "${CI:-}" ]
[ "$what" = demo ] || scripts/codeserver.sh || [ -z "${CI:-}" ]
check_versions
# jlpm asks where npm asks, in the build that pip isolates too.
if [ -z "${YARN_NPM_REGISTRY_SERVER:-}" ] && command -v npm >/dev/null; then
    YARN_NPM_REGISTRY_SERVER=$(npm config get registry 2>/dev/null)
    export YARN_NPM_REGISTRY_SERVER
fi
python_packages
page
