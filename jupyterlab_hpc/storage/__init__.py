"""The storage room: links to the file systems of the site, and how full they are."""

from .copies import StorageCopies
from .quota import StorageQuota
from .routes import storage_routes
from .runtime import leave, room_elsewhere
from .service import StorageService
from .usage import StorageUsage

__all__ = [
    "StorageCopies",
    "StorageQuota",
    "StorageService",
    "StorageUsage",
    "leave",
    "room_elsewhere",
    "storage_routes",
]
