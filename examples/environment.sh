# Source this file in bash to get the session of the demo: Lmod with the demo's modules
# only, and the default modules loaded, as a JupyterLab session at a computing centre has.
#
#     . examples/environment.sh

_hpc_demo=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" >/dev/null && pwd)

for _hpc_lmod in "${LMOD_PKG:-}" /usr/share/lmod/lmod /opt/apps/lmod/lmod /opt/lmod/lmod /usr/local/lmod/lmod; do
    [ -r "$_hpc_lmod/init/bash" ] && break
    _hpc_lmod=
done
if [ -z "$_hpc_lmod" ]; then
    echo "environment.sh: Lmod was not found. Install it (Debian: apt-get install lmod) or set LMOD_PKG to its directory." >&2
    unset _hpc_demo _hpc_lmod
    return 1
fi

export SHELL="${SHELL:-/bin/bash}"
# Shells that are neither login nor interactive, as in a batch job, find 'module' this way.
export BASH_ENV="$_hpc_lmod/init/bash"
. "$BASH_ENV"

# The modules of another tree would remember their own MODULEPATH: start from nothing.
if [ -n "${_ModuleTable_Sz_:-}" ]; then
    module --quiet --force purge
    clearMT
fi
export MODULEPATH="$_hpc_demo/modulefiles/Core"
# Where this is set, the start-up files of login shells leave MODULEPATH alone.
export MODULEPATH_ROOT="$_hpc_demo/modulefiles"
export LMOD_ADMIN_FILE="$_hpc_demo/etc/admin.list"
export LMOD_MODULERCFILE="$_hpc_demo/etc/modulerc.lua"

# Debian's Lmod shows each line in a pager of its own, which stops at every one.
export LMOD_PAGER=none
export LMOD_SYSTEM_DEFAULT_MODULES=StdEnv/2023:python/3.11.5:ipython-kernel/3.11
# Tells the start-up files of child shells that the default modules are loaded already.
export __Init_Default_Modules=1
unset _hpc_demo _hpc_lmod
module --quiet reset
