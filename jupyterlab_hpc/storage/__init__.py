"""The storage room: links to the file systems of the site, and how full they are."""

from .quota import StorageQuota
from .routes import storage_routes
from .service import StorageService
from .usage import StorageUsage

__all__ = ["StorageQuota", "StorageService", "StorageUsage", "storage_routes"]
