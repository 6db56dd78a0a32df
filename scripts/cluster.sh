#!/usr/bin/env bash
# A computing centre on one machine: munge, Slurm and JupyterHub with jupyterlab_hpc. Root.
#
#     scripts/cluster.sh up [--install-only]
#     scripts/cluster.sh stop [--all]     # --all: also what was installed, and the homes
#     scripts/cluster.sh run COMMAND...   # e.g. run squeue
#
# All files are below $CLUSTER_DIR; Debian's packages stay. $PORT is JupyterHub's; the five
# ports after it are taken, too. $HOST is the address to listen at. $HUB_VERSION is what pip is
# asked for instead of the newest JupyterHub: HUB_VERSION='jupyterhub==4.1.*'
#
# Two clusters at once need directories and users of their own, and each its own name and
# network:  scripts/cluster.sh up --install-only
#           unshare --uts --net bash    # hostname other; ip link set lo up
set -euo pipefail
cd "$(dirname "$0")/.."

B=${CLUSTER_DIR:-/srv/jhpc}
R=$B/run
PORT=${PORT:-8000}
HOST=${HOST:-127.0.0.1}
USERS=${CLUSTER_USERS:-alice bob}
NODE=$(hostname -s)
ACCOUNTS='def-demo rrg-demo'  # of everybody; each has one of their own, too: def-alice
VERSIONS=("${HUB_VERSION:-jupyterhub==6.1.*}" 'batchspawner==1.3.*' 'jupyterlab>=4.2,<5' 'notebook>=7.2,<8')
PACKAGES='slurm-wlm munge slurmdbd mariadb-server-core lmod python3-venv curl iproute2'
PROXY=configurable-http-proxy@5
export SLURM_CONF=$B/etc/slurm.conf LANG=C.UTF-8

die() { echo "cluster.sh: $*" >&2; exit 1; }

wait_for() { # wait_for SECONDS WHAT COMMAND...
    local end=$((SECONDS + $1)) what=$2; shift 2
    while ! timeout 5 "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "cluster.sh: gave up waiting for $what" >&2; return 1; }
        sleep 0.1
    done
}

alive() { # alive PIDFILE; a zombie is dead: PID 1 of a container may not reap it
    local pid
    pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] &&
        grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$pid/status"
}

end() { # end PIDFILE
    alive "$1" || { rm -f "$1"; return 0; }
    kill "$(cat "$1")" 2>/dev/null || true
    for _ in $(seq 200); do alive "$1" || { rm -f "$1"; return 0; }; sleep 0.1; done
    kill -KILL "$(cat "$1")" 2>/dev/null || true
    rm -f "$1"
}

# --- what has to be there once ----------------------------------------------------------

system_packages() {
    local package missing=()
    command -v apt-get >/dev/null || die "this is no Debian: install Slurm, munge and Lmod, and see examples/cluster"
    for package in $PACKAGES; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing ${missing[*]}"
    # The packages' own services must not start: they would take the usual ports.
    local policy=/usr/sbin/policy-rc.d made=
    [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; made=1; }
    local code=0
    {
        apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
                "${missing[@]}"
    } >"$B/apt.log" 2>&1 || code=$?
    [ -z "$made" ] || rm -f $policy
    [ $code = 0 ] || { tail -n 20 "$B/apt.log" >&2; die "apt-get failed"; }
}

# An ordinary user must be able to run it; a pyenv of root is out of reach.
python() { echo "${CLUSTER_PYTHON:-/usr/bin/python3}"; }

hub_packages() {
    local want
    want="${VERSIONS[*]} $PROXY $("$(python)" --version)"
    [ "$(cat "$B/.installed" 2>/dev/null)" != "$want" ] || return 0
    echo "Installing JupyterHub into $B"
    rm -rf "$B/venv" "$B/node" "$B/.installed" "$B/.extension"
    "$(python)" -m venv "$B/venv"
    "$B/venv/bin/pip" install -qq --disable-pip-version-check "${VERSIONS[@]}" \
        'jupyterlab-language-pack-fr-FR>=4.2' 'jupyter-server-proxy>=4.5'
    npm install --silent --no-audit --no-fund --prefix "$B/node" "$PROXY" >/dev/null
    echo "$want" >"$B/.installed"
}

# The extension as it is here, with the page that was built last.
extension() {
    local stamp work
    scripts/install.sh demo
    stamp=$(find jupyterlab_hpc jupyter-config pyproject.toml package.json \
        -name __pycache__ -prune -o -type f -printf '%p %s %T@\n' | sort | sha256sum)
    [ "$(cat "$B/.extension" 2>/dev/null)" != "$stamp" ] || return 0
    echo "Installing jupyterlab_hpc into $B"
    work=$(mktemp -d)
    # Without the page's install.json, which the wheel has from its own place.
    tar -c --exclude=__pycache__ --exclude=jupyterlab_hpc/labextension/install.json \
        jupyterlab_hpc jupyter-config install.json pyproject.toml package.json README.md LICENSE |
        tar -x -C "$work"
    # All is built; the hooks would build it anew, and want the licences of a page for release.
    HATCH_BUILD_NO_HOOKS=true "$B/venv/bin/pip" install -qq --disable-pip-version-check \
        --force-reinstall --no-deps "$work" || { rm -rf "$work"; die "the extension was not installed"; }
    rm -rf "$work"
    "$B/venv/bin/pip" install -qq --disable-pip-version-check 'msgspec>=0.18,<1'
    echo "$stamp" >"$B/.extension"
}

# VS Code where scripts/codeserver.sh has brought it, beside the demo's modules, which look
# for it there: the clone may be where users may not.
code_server() {
    local there=$PWD/.code-server
    [ -x "$there/bin/code-server" ] || return 0
    [ ! "$B/.code-server/bin/code-server" -nt "$there/bin/code-server" ] || return 0
    echo "Installing code-server into $B"
    rm -rf "$B/.code-server"
    # Hard links where that can be; nobody writes into it.
    cp -al "$there" "$B/.code-server" 2>/dev/null ||
        { rm -rf "$B/.code-server"; cp -a "$there" "$B/.code-server"; }
    rm "$B/.code-server/bin/code-server"
    sed "s#'[^']*/[.]code-server/#'$B/.code-server/#g" "$there/bin/code-server" \
        >"$B/.code-server/bin/code-server"
    chmod 755 "$B/.code-server/bin/code-server"
}

users() {
    local user
    mkdir -p "$B/made" "$B/home"
    for user in $USERS; do
        if [ ! -e "$B/made/$user" ]; then
            ! id "$user" >/dev/null 2>&1 ||
                die "there is a user $user already, who is left alone; set CLUSTER_USERS to other names"
            # Somebody else may be changing /etc/passwd.
            wait_for 30 "the user $user" useradd -M -d "$B/home/$user" -s /bin/bash "$user"
            touch "$B/made/$user"
        fi
        mkdir -p "$B/home/$user"
        chown -R "$user:" "$B/home/$user"
        chmod 750 "$B/home/$user"
        echo "$user:$(cat "$R/password")"
    done | chpasswd
}

install_all() {
    mkdir -p "$B"
    chmod 755 "$B"
    system_packages
    hub_packages
    extension
    code_server
}

# --- up ---------------------------------------------------------------------------------

configure() {
    local proctrack=linuxproc task=none gather=linux name file cores
    # Real limits of memory and cores need the controllers of cgroup v1, writable.
    if [ "${CGROUP:-1}" = 1 ] && mkdir /sys/fs/cgroup/memory/jupyterlab-hpc-probe 2>/dev/null; then
        rmdir /sys/fs/cgroup/memory/jupyterlab-hpc-probe
        proctrack=cgroup task=cgroup gather=cgroup
    fi
    cores=$(slurmd -C | sed -n 's/.*RealMemory=\([0-9]*\).*/\1/p')
    for file in examples/cluster/slurm/*.in; do
        name=$(basename "$file" .in)
        sed -e "s#@BASE@#$B#g; s#@HOST@#$NODE#g; s#@MEMORY@#$((cores * 9 / 10))#g" \
            -e "s#@SLURMCTLD_PORT@#$((PORT + 3))#g; s#@SLURMD_PORT@#$((PORT + 4))#g" \
            -e "s#@SLURMDBD_PORT@#$((PORT + 5))#g" \
            -e "s#@PROCTRACK@#$proctrack#; s#@TASK@#$task#; s#@GATHER@#$gather#" "$file" >"$B/etc/$name"
        case $name in *.sh) chmod 755 "$B/etc/$name" ;; esac
    done
    [ $proctrack = cgroup ] || rm -f "$B/etc/cgroup.conf"
    [ "${ACCOUNTING:-1}" = 1 ] || sed -i '/^Accounting/d' "$SLURM_CONF"
    # slurmdbd insists on it.
    chown slurm: "$B/etc/slurmdbd.conf"
    chmod 600 "$B/etc/slurmdbd.conf"
}

as_slurm() { setpriv --reuid=slurm --regid=slurm --clear-groups "$@"; }

# Accounts, and who may use them. The database listens to nothing but a socket that only
# the user slurm can reach; it is gone with the cluster, so it need not reach the disk.
start_accounting() {
    local db=$R/database user
    local options=(--no-defaults --datadir="$db" --skip-networking --skip-log-bin
        --socket="$db/socket" --pid-file="$db/mariadbd.pid" --performance-schema=off
        --innodb-buffer-pool-size=16M --innodb-log-file-size=8M
        --innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0
        --innodb-lock-wait-timeout=900)
    install -d -o slurm -g slurm -m 700 "$db"
    # What mariadb-install-db does, whose helper is in the packages of the clients.
    { printf '%s;\n' 'create database mysql' 'use mysql'
        cat /usr/share/mysql/mysql_system_tables.sql
        printf '%s;\n' 'flush privileges' 'create database slurm_acct_db' \
            'create user slurm@localhost identified via unix_socket' \
            'grant all on slurm_acct_db.* to slurm@localhost'; } |
        as_slurm mariadbd "${options[@]}" --bootstrap >"$R/log/mariadbd.log" 2>&1
    as_slurm setsid mariadbd "${options[@]}" >>"$R/log/mariadbd.log" 2>&1 </dev/null &
    wait_for 60 "the accounts' database" test -S "$db/socket"
    MYSQL_UNIX_PORT=$db/socket as_slurm slurmdbd
    wait_for 60 slurmdbd sacctmgr -n show cluster
    {
        sacctmgr -Qi add cluster demo && sacctmgr -Qi add account "${ACCOUNTS// /,}"
        for user in $USERS; do
            sacctmgr -Qi add account "def-$user" &&
                sacctmgr -Qi add user "$user" account="def-$user,${ACCOUNTS// /,}" defaultaccount="def-$user" ||
                return 1
        done
    } >"$R/log/accounts.log" 2>&1
}

start_slurm() {
    # Where 127.0.0.1 is the only address, as in a bare network namespace, Slurm finds no host.
    ip -4 -o addr 2>/dev/null | grep -qv ' 127\.0\.0\.1/' ||
        { ip addr add 127.0.0.2/8 dev lo && touch "$B/made/address"; }
    dd if=/dev/urandom of="$R/munge/munge.key" bs=128 count=1 status=none
    chown munge: "$R/munge/munge.key"
    chmod 400 "$R/munge/munge.key"
    setpriv --reuid=munge --regid=munge --clear-groups munged --key-file="$R/munge/munge.key" \
        --socket="$R/munge/munge.socket" --pid-file="$R/munge/munged.pid" \
        --log-file="$R/munge/munged.log" --seed-file="$R/munge/munged.seed"
    wait_for 20 munge bash -c "munge --socket=$R/munge/munge.socket -n | unmunge --socket=$R/munge/munge.socket"
    [ "${ACCOUNTING:-1}" != 1 ] || start_accounting ||
        { tail -n 5 "$R"/log/{accounts,mariadbd,slurmdbd}.log >&2; return 1; }
    for gpu in 0 1; do mknod -m 666 "$R/gpu$gpu" c 1 3; done
    slurmctld -f "$SLURM_CONF"
    slurmd -f "$SLURM_CONF"
    wait_for 60 "Slurm's node" bash -c 'sinfo -h -o %T | grep -qE "^(idle|mixed|alloc)"' ||
        { tail -n 5 "$R"/log/slurm*.log >&2; return 1; }
}

start_hub() {
    (
        cd "$R/hub"
        umask 077
        exec env -i HOME=/root LANG=C.UTF-8 SLURM_CONF="$SLURM_CONF" \
            PATH="$B/venv/bin:$(dirname "$(command -v node)"):/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
            HPC_CLUSTER="$B" HPC_CLUSTER_HOST="$HOST" HPC_CLUSTER_PORT="$PORT" HPC_CLUSTER_USERS="$USERS" \
            setsid jupyterhub -f "${HUB_CONFIG:-$B/site/cluster/jupyterhub_config.py}" >"$R/log/hub.log" 2>&1 </dev/null
    ) &
    echo $! >"$R/hub.pid"
    wait_for 90 JupyterHub curl -fs -m 2 "http://$HOST:$PORT/hub/api/" ||
        { tail -n 20 "$R/log/hub.log" >&2; return 1; }
}

up() {
    [ "$(id -u)" = 0 ] || die "please run this as root: Slurm starts jobs as their users"
    local port file
    if alive "$R/hub.pid"; then die "it runs already; \`make cluster-stop\` ends it"; fi
    umask 022
    install_all
    [ "${1:-}" != --install-only ] || return 0
    for port in $(seq "$PORT" $((PORT + 5))); do
        ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null ||
            die "port $port is taken; choose others with PORT=..."
    done
    stop_daemons
    # From here on a failure leaves nothing running.
    trap 'trap - EXIT; stop_daemons; remove_traces' EXIT
    mkdir -p "$B/etc" "$R/log" "$R/scratch" "$R/slurmd" "$R/hub"
    chmod 700 "$R/hub"
    install -d -o munge -g munge -m 755 "$R/munge"
    install -d -o slurm -g slurm -m 755 "$R/slurmctld"
    for file in slurmctld slurmdbd jobs mail; do
        install -o slurm -g slurm -m 644 /dev/null "$R/log/$file.log"
    done
    (umask 077; tr -dc a-hjkmnp-z2-9 </dev/urandom | head -c 12 >"$R/password") || true
    # What the users must read; the clone may be where they may not.
    rm -rf "$B/site"
    cp -r examples "$B/site"
    chmod -R go+rX "$B/site"
    cp examples/cluster/jupyter_server_config.py "$B/venv/etc/jupyter/"
    install -D -m 644 -t "$B/venv/share/jupyter/lab/settings" examples/cluster/overrides.json
    users
    configure
    start_slurm
    start_hub
    trap - EXIT
    cat <<END

JupyterHub with Slurm:  http://$HOST:$PORT/
Users:                  $USERS
Password:               $(cat "$R/password")
Slurm's commands:       scripts/cluster.sh run squeue
Logs:                   $R/log
End it:                 make cluster-stop
END
}

# --- stop -------------------------------------------------------------------------------

stop_daemons() {
    # SIGTERM: the Hub ends its proxy, and cancels every session's job.
    end "$R/hub.pid"
    end "$R/hub/proxy.pid"
    if alive "$R/slurmctld.pid"; then
        timeout 10 scancel --state=PENDING,RUNNING --user="${USERS// /,}" 2>/dev/null || true
        wait_for 60 "the jobs' end" bash -c 'test -z "$(squeue -h)"' || true
    fi
    local file user
    for file in slurmd slurmctld database/slurmdbd database/mariadbd munge/munged; do end "$R/$file.pid"; done
    # Jobs whose slurmd is gone.
    for user in $(ls "$B/made" 2>/dev/null); do
        ! id "$user" >/dev/null 2>&1 || pkill -KILL -u "$user" || true
    done
    for file in /sys/fs/cgroup/*/slurm_"$NODE"; do
        [ ! -d "$file" ] || find "$file" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
    rm -rf --one-file-system "$R"
}

remove_traces() {
    local user
    [ ! -e "$B/made/address" ] || ip addr del 127.0.0.2/8 dev lo 2>/dev/null || true
    rm -f "$B/made/address"
    for user in $(ls "$B/made" 2>/dev/null); do
        ! id "$user" >/dev/null 2>&1 || userdel "$user" 2>/dev/null || true
        rm -f "$B/made/$user"
    done
    rm -rf "$B/made" "$B/etc" "$B/site"
}

stop() {
    [ "$(id -u)" = 0 ] || die "please run this as root"
    [ -d "$B" ] || { echo "There is no cluster in $B."; return 0; }
    stop_daemons
    remove_traces
    [ "${1:-}" != --all ] || rm -rf --one-file-system "$B"
    echo "The cluster is gone."
}

case ${1:-} in
    up) shift; up "$@" ;;
    stop) shift; stop "$@" ;;
    run) shift; exec "$@" ;;
    packages) echo "$PACKAGES" ;;
    *) sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
