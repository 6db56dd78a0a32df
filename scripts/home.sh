# Source this in bash to live in a home of its own, with the demo's modules loaded:
#
#     . scripts/home.sh FOLDER
#
# Neither collections, nor settings, nor kernels of the user are seen or touched.

export HOME=$1
export JUPYTER_CONFIG_DIR=$HOME/.jupyter
export JUPYTER_DATA_DIR=$HOME/.local/share/jupyter
export JUPYTER_RUNTIME_DIR=$JUPYTER_DATA_DIR/runtime
# What the virtual environment says comes before what the machine says.
export JUPYTER_PREFER_ENV_PATH=1
unset IPYTHONDIR JUPYTERLAB_SETTINGS_DIR JUPYTERLAB_WORKSPACES_DIR
unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME

# JupyterLab asks neither the user nor the network for news.
_hpc_settings=$JUPYTER_CONFIG_DIR/lab/user-settings/@jupyterlab/apputils-extension
mkdir -p "$_hpc_settings"
[ -e "$_hpc_settings/notification.jupyterlab-settings" ] ||
    echo '{"fetchNews": "false", "checkForUpdates": false}' \
        > "$_hpc_settings/notification.jupyterlab-settings"
unset _hpc_settings

. "$(dirname "${BASH_SOURCE[0]}")/../examples/environment.sh"
