"""The classes that have settings: their names, which a start needs, and they themselves."""

from importlib import import_module

from traitlets.config import Configurable

# Each with the module that it is in.
CLASSES = {
    "ApplicationsService": "apps.service",
    "CarryService": "session.carry",
    "EnvironmentModules": "tools.envmod",
    "HubApi": "tools.hub_api",
    "HubService": "hub.service",
    "JobsService": "jobs.service",
    "KernelsService": "kernels.service",
    "Lmod": "tools.lmod",
    "ModuleCatalog": "software.catalog",
    "NvidiaSmi": "tools.nvidia",
    "SessionEnvironment": "software.environment",
    "SessionService": "session.service",
    "Slurm": "tools.slurm",
    "SlurmJobs": "tools.slurm_jobs",
    "SoftwareService": "software.service",
    "StorageCopies": "storage.copies",
    "StorageQuota": "storage.quota",
    "StorageService": "storage.service",
    "StorageUsage": "storage.usage",
    "TimeExtension": "tools.extension",
}


def configurable_classes() -> list[type[Configurable]]:
    """Return the classes; imports all rooms."""
    found: list[type[Configurable]] = []
    for name, module in CLASSES.items():
        found.append(getattr(import_module(f".{module}", __package__), name))
    return found
