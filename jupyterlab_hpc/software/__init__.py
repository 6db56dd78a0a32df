"""The software room: the session's environment modules."""

from .catalog import ModuleCatalog
from .environment import SessionEnvironment
from .launch import (
    KernelspecFolders,
    follow_kernels,
    follow_server_processes,
    follow_terminals,
)
from .routes import software_routes
from .service import SoftwareService

__all__ = [
    "KernelspecFolders",
    "ModuleCatalog",
    "SessionEnvironment",
    "SoftwareService",
    "follow_kernels",
    "follow_server_processes",
    "follow_terminals",
    "software_routes",
]
