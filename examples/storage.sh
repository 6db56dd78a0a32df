# Source this in bash to give a session the file systems of an imaginary cluster, below a
# folder, so that the section Storage has a directory in each state:
#
#     . examples/storage.sh FOLDER
#
# HOME and JUPYTER_CONFIG_DIR are the demo's own; what is there already is left as it is.

_hpc_demo=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" >/dev/null && pwd)

export HPC_DEMO_CLUSTER=$1
export HPC_DEMO_QUOTA=$_hpc_demo/etc/quota-scratch.txt
export SCRATCH=$HPC_DEMO_CLUSTER/scratch/$USER
export PROJECT=$HPC_DEMO_CLUSTER/project/def-demo
# As Slurm does: new for each session.
mkdir -p "$HPC_DEMO_CLUSTER/local"
SLURM_TMPDIR=$(mktemp -d "$HPC_DEMO_CLUSTER/local/$USER.XXXXXX")
export SLURM_TMPDIR
SLURM_JOB_START_TIME=$(date +%s)
export SLURM_JOB_START_TIME
mkdir -p "$SCRATCH/run-1" "$PROJECT/shared" "$HPC_DEMO_CLUSTER/project/def-former" \
    "$HPC_DEMO_CLUSTER/network/datasets/imagenet" "$HOME/datasets"
mkdir -p "$SLURM_TMPDIR/results"
echo 'epoch,loss' > "$SLURM_TMPDIR/results/loss.csv"
# Leads elsewhere; leads to nothing. The folder `datasets` has the name of a link.
[ -L "$HOME/project" ] || [ -e "$HOME/project" ] ||
    ln -s "$HPC_DEMO_CLUSTER/project/def-former" "$HOME/project"
[ -L "$HOME/old-results" ] || [ -e "$HOME/old-results" ] ||
    ln -s "$HPC_DEMO_CLUSTER/scratch/$USER/gone" "$HOME/old-results"

mkdir -p "$JUPYTER_CONFIG_DIR"
[ -e "$JUPYTER_CONFIG_DIR/jupyter_server_config.json" ] ||
    cp "$_hpc_demo/etc/storage.json" "$JUPYTER_CONFIG_DIR/jupyter_server_config.json"
unset _hpc_demo
