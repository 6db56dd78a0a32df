#!/usr/bin/env bash
# Serve JupyterLab for the browser tests, with the demo's modules, in a temporary home.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# A module may bring another `jupyter`.
lab=$(command -v jupyter-lab)
home=$(mktemp -d)
# The file systems of a cluster.
UI_TEST_CLUSTER=$(mktemp -d)
trap 'rm -rf "$home" "$UI_TEST_CLUSTER"' EXIT
trap 'exit 143' TERM

. "$here/../scripts/home.sh" "$home"
# A machine whose Lmod is gone, for what the page says then.
[ -z "${UI_TEST_LMOD_CMD:-}" ] || export LMOD_CMD=$UI_TEST_LMOD_CMD
export UI_TEST_CLUSTER SCRATCH=$UI_TEST_CLUSTER/scratch/alice SLURM_TMPDIR=$UI_TEST_CLUSTER/local/alice.1.0
mkdir -p "$SCRATCH/results" "$SLURM_TMPDIR" "$UI_TEST_CLUSTER/network/datasets/imagenet"
if [ -n "${UI_TEST_RSERVER:-}" ]; then
    # No registry has RStudio Server.
    install -D -m 755 "$here/../tests/apps/rserver_standin.py" "$home/bin/rserver"
    export PATH=$home/bin:$PATH
    touch "$home/from-here.txt"
fi
cd "$home"
"$lab" --config "$here/jupyter_server_test_config.py"
