"""jupyterlab_hpc at a site like the cluster of Mila: data sets, one scratch, log-out leaves.

It goes into etc/jupyter/ of the environment that sessions run in; docs/mila.md tells what
belongs around it. What is not named stays as it is by default: docs/settings.md.
"""

c = get_config()  # noqa: F821 - Jupyter gives it

# --- Modules --------------------------------------------------------------------------
c.HPCApp.module_system = "lmod"
# The tree of modules is small, and homes are on a file system that many jobs share: the
# index is not kept there, but made anew in each session.
c.ModuleCatalog.index_folder = ""

# --- Kernels --------------------------------------------------------------------------
# Nodes are shared: nobody else shall read what a kernel runs (docs/install.md).
c.KernelManager.transport = "ipc"
# Compute nodes of this site reach a package index.
c.KernelsService.pip_arguments = ["ipykernel"]
c.KernelsService.pip_timeout = 600.0

# --- Applications ---------------------------------------------------------------------
# No RStudio and no OpenRefine here.
c.ApplicationsService.built_in = ["vscode", "desktop"]
c.ApplicationsService.applications = {
    "tensorboard": {
        "title": "TensorBoard",
        "command": [
            "tensorboard",
            "--logdir",
            "{home}/scratch/logs",
            "--host",
            "127.0.0.1",
            "--port",
            "{port}",
        ],
        # It knows TCP alone: it runs in a network of its own, where no other user is.
        "listens": "tcp",
    },
}

# --- Storage --------------------------------------------------------------------------
c.StorageService.targets = [
    {
        "name": "slurm_tmpdir",
        "target": "$SLURM_TMPDIR",
        "title": "Temporary directory of this job",
        "title_fr": "Répertoire temporaire de cette tâche",
        "purge": "Deleted when the job ends: copy what you need before.",
        "purge_fr": "Supprimé à la fin de la tâche : copiez avant ce qu'il vous faut.",
        "automatic": True,
        "per_job": True,
        "show": "found",
    },
    {
        "name": "scratch",
        "target": "$SCRATCH",
        "title": "Scratch",
        "title_fr": "Espace scratch",
        "description": "For results of running work; no backup.",
        "description_fr": "Pour les résultats des calculs en cours; sans sauvegarde.",
        "purge": "Files that were not used for 90 days are deleted.",
        "purge_fr": "Les fichiers qui n'ont pas servi depuis 90 jours sont supprimés.",
        "automatic": True,
    },
    {
        "name": "archive",
        "target": "$ARCHIVE",
        "title": "Archive",
        "title_fr": "Archives",
        "description": "For results to keep. Not there on every compute node.",
        "description_fr": "Pour les résultats à garder. Absent de certains nœuds de calcul.",
        "show": "found",
    },
    {
        "name": "datasets",
        "target": "/network/datasets",
        "title": "Data sets",
        "title_fr": "Jeux de données",
        "description": "Curated data sets of the site, to read.",
        "description_fr": "Jeux de données tenus par le centre, en lecture seule.",
        "automatic": True,
    },
    {
        "name": "weights",
        "target": "/network/weights",
        "title": "Weights",
        "title_fr": "Poids de modèles",
        "description": "Weights of trained models, to read.",
        "description_fr": "Poids de modèles entraînés, en lecture seule.",
        "show": "found",
    },
    {
        "name": "projects",
        "target": "/network/projects",
        "title": "Projects",
        "title_fr": "Projets",
        "description": "Shared with your group.",
        "description_fr": "Partagés avec votre groupe.",
        "show": "found",
    },
]
# A data set's server that is slow today is told as such, and holds nothing else.
c.StorageService.look_timeout = 3.0
c.StorageQuota.quotas = [
    {
        "name": "home",
        "title": "Home",
        "title_fr": "Répertoire personnel",
        "path": "$HOME",
        "command": ["lfs", "quota", "-u", "$USER", "/home"],
        "format": "lfs",
    },
    {
        "name": "scratch",
        "title": "Scratch",
        "title_fr": "Espace scratch",
        "path": "$SCRATCH",
        "command": ["lfs", "quota", "-u", "$USER", "/scratch"],
        "format": "lfs",
    },
]

# --- The session ----------------------------------------------------------------------
# Longer sessions here: the first warning comes an hour before the end.
c.SessionService.warnings = [3600, 600, 120]
# "Log Out" of JupyterHub leaves the server running here; the page says so.
c.HubService.logout = "leaves"
