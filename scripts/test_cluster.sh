#!/usr/bin/env bash
# The tests on the real chain: a cluster of their own, a browser, and nothing left behind.
# Skips with a reason where there is no root; in CI that is an error.
#
#     scripts/test_cluster.sh [pytest|playwright [ARGUMENTS]]
set -euo pipefail
cd "$(dirname "$0")/.."

skip() {
    echo "Not tested: the cluster, because $1." >&2
    [ -z "${CI:-}" ] || exit 1
    exit 0
}

[ "$(id -u)" = 0 ] || skip "Slurm starts jobs as their users, which needs root"
command -v slurmctld apt-get >/dev/null || skip "Slurm is not installed, and this is no Debian"
what=${1:-all}
[ $# = 0 ] || shift
scripts/install.sh test
PATH=$PWD/.venv/bin:$PATH
# Six ports in a row that nobody uses now.
PORT=${PORT:-$(python - <<'END'
import socket
for port in range(18000, 28000, 10):
    try:
        for i in range(6):
            socket.create_server(("127.0.0.1", port + i)).close()
    except OSError:
        continue
    print(port)
    break
END
)}
CLUSTER_DIR=${CLUSTER_DIR:-/srv/jhpc-test}
CLUSTER_USERS=${CLUSTER_USERS:-alice bob}
HUB_CONFIG=$PWD/tests/cluster/jupyterhub_config.py
export PORT CLUSTER_DIR CLUSTER_USERS HUB_CONFIG
trap 'scripts/cluster.sh stop' EXIT
scripts/cluster.sh stop
# Slurm counts its jobs from one again: what users of an earlier run have left is in the way.
rm -rf --one-file-system "$CLUSTER_DIR/home"
scripts/cluster.sh up
export CLUSTER_URL=http://127.0.0.1:$PORT CLUSTER_HOMES=$CLUSTER_DIR/home SLURM_CONF=$CLUSTER_DIR/etc/slurm.conf
CLUSTER_PASSWORD=$(cat "$CLUSTER_DIR/run/password")
export CLUSTER_PASSWORD
code=0
case $what in all | pytest) pytest tests/cluster "$@" || code=1 ;; esac
case $what in all | playwright) jlpm playwright test --config ui-tests/cluster.config.ts "$@" || code=1 ;; esac
exit $code
