"""jupyterlab_hpc at a site like the clusters of the Digital Research Alliance of Canada.

It goes into etc/jupyter/ of the environment that sessions run in; docs/alliance.md tells
what belongs around it. What is not named stays as it is by default: docs/settings.md.
"""

c = get_config()  # noqa: F821 - Jupyter gives it

# --- Modules --------------------------------------------------------------------------
# Lmod is found by LMOD_CMD, which the site's profile sets in the job script.
# A parallel or a network file system answers a look at 15,000 folders more slowly than a
# local disk; here the site's spider cache tells of changes anyway.
c.ModuleCatalog.look_interval = 300.0
# What the session itself is made of: unloading it asks first.
c.SoftwareService.protected = ["python", "ipython-kernel"]

# --- Kernels --------------------------------------------------------------------------
# Nodes are shared: nobody else shall read what a kernel runs (docs/install.md).
c.KernelManager.transport = "ipc"
# Notebooks may remember their modules; their users choose it for each.
c.KernelsService.remember_modules = True
# What the site's modulefiles ask for, and login shells set.
c.KernelsService.variables = ["CC_CLUSTER", "RSNT_ARCH"]
# From the wheelhouse: compute nodes have no internet.
c.KernelsService.pip_arguments = ["--no-index", "ipykernel"]

# --- Applications ---------------------------------------------------------------------
# RStudio (rstudio-server), VS Code (code-server), OpenRefine (openrefine) and a Desktop
# are built in: their modules unlock them. Only what differs stands here.
c.ApplicationsService.applications = {
    # Its first start on a node reads ten thousand files from a file system that may be cold.
    "vscode": {"timeout": 300.0},
    # One of the site's own; a module brings the program.
    "mlflow": {
        "title": "MLflow",
        "command": ["mlflow", "ui", "--uds", "{unix_socket}"],
        "modules": ["mlflow"],
        "ready": "/health",
    },
}
# Other users of a shared node must not reach what knows no password: this is the default,
# and stands here so that nobody changes it without reading docs/security.md.
c.ApplicationsService.allow_tcp = False

# --- Storage --------------------------------------------------------------------------
c.StorageService.targets = [
    {
        "name": "slurm_tmpdir",
        "target": "$SLURM_TMPDIR",
        "title": "Temporary directory of this job",
        "title_fr": "Répertoire temporaire de cette tâche",
        "description": "Fast disk of the node this session runs on.",
        "description_fr": "Disque rapide du nœud de cette session.",
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
        "description": "Large and fast, for files of running work; no backup.",
        "description_fr": "Grand et rapide, pour les calculs en cours; sans sauvegarde.",
        "purge": "Files older than 60 days are deleted.",
        "purge_fr": "Les fichiers de plus de 60 jours sont supprimés.",
        "link": "~/scratch",
    },
    # One for each of the user's groups, such as def-alice: ~/projects/def-alice.
    {
        "name": "project-$GROUP",
        "target": "/project/$GROUP",
        "title": "Project $GROUP",
        "title_fr": "Projet $GROUP",
        "description": "Shared with your group, with backup.",
        "description_fr": "Partagé avec votre groupe, avec sauvegarde.",
        "link": "~/projects/$GROUP",
        "show": "found",
    },
    {
        "name": "nearline-$GROUP",
        "target": "/nearline/$GROUP",
        "title": "Nearline $GROUP",
        "title_fr": "Nearline $GROUP",
        "description": "Tape, for what is not used for a while: reading is slow.",
        "description_fr": "Bande, pour ce qui ne sert pas de sitôt : la lecture est lente.",
        "link": "~/nearline/$GROUP",
        "show": "found",
    },
]
# Tells all spaces at once; without this line it is found on PATH, if it is there.
c.StorageQuota.quotas = [
    {
        "name": "home",
        "title": "Home",
        "title_fr": "Répertoire personnel",
        "path": "$HOME",
        "command": ["diskusage_report"],
        "format": "diskusage_report",
    }
]

# --- The session ----------------------------------------------------------------------
c.SessionService.warnings = [1800, 600, 120]
# At 1,000 sessions with an open page: 3.3 questions a second to slurmctld.
c.SessionService.query_interval = 300.0
# As c.JupyterHub.shutdown_on_logout = True says on the Hub: "Log Out" ends server and job.
c.HubService.logout = "stops"
# Should the token's scopes be missing, the server may end itself, and its job with it.
c.HubService.fallbacks = ["server"]
