#!/usr/bin/env bash
# Record what Environment Modules answers on tests/modulefiles, for the tests of the parsers.
# Tree and home are in fixed places, so that no path of this machine is recorded.
#
#     tests/recordings/record-envmod.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/envmod.sh

tree=/tmp/modulefiles
home=/tmp/modulefiles-home
mkdir "$tree" "$home"
trap 'rm -rf "$home" "$tree"' EXIT
cp -r tests/modulefiles/. "$tree"
command=$PWD/.envmod/modulecmd.tcl
folder=$PWD/tests/recordings/envmod-$("$command" python --version 2>&1 | sed -n 's/^Modules Release \([^ ]*\).*/\1/p')
mkdir -p "$folder"

# A record is what stdout has, then what stderr has behind a line of its own.
record() { # record SURPRISE [NAME=VALUE...] WORD...
    local name=$1 variables=(); shift
    while [[ $1 == *=* ]]; do variables+=("$1"); shift; done
    env -i HOME="$home" PATH=/usr/bin:/bin LANG=C.UTF-8 MODULEPATH="$tree" MODULES_TERM_WIDTH=0 \
        HPC_TEST_KERNELS=/kernels "${variables[@]}" "$command" python "$@" \
        >"$home/out" 2>"$home/err" || true
    { cat "$home/out"; echo "--- stderr"; cat "$home/err"; } >"$folder/$name.txt"
}

rival=(LOADEDMODULES=rival/1.0 "_LMFILES_=$tree/rival/1.0" '__MODULES_LMCONFLICT=rival/1.0&compiler' RIVAL=1)
record version --version
record load load compiler
record load-raw-newline-quotes-and-stray-print load quoting
record load-not-ascii load raw
record load-partly-done-and-refused load tool broken
record load-nothing-to-do LOADEDMODULES=tool/1.0 "_LMFILES_=$tree/tool/1.0" TOOL=1 load tool
record unload-and-load-in-one "${rival[@]}" ml -rival/1.0 compiler tool
record avail avail --json --indepth
record avail-hidden avail --all --json --indepth
record whatis-not-json whatis --all --json
record show show compiler/12.3
record save-says-nothing LOADEDMODULES=tool/1.0 "_LMFILES_=$tree/tool/1.0" save mine
record savelist savelist --json
record saveshow saveshow mine
