"""The storage room: links to the file systems of the site, and how full they are."""

from .routes import storage_routes
from .service import StorageService

__all__ = ["StorageService", "storage_routes"]
