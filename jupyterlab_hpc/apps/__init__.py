"""The applications room: programs with a page of their own, behind the server's address."""

from .routes import apps_routes
from .service import ApplicationsService

__all__ = ["ApplicationsService", "apps_routes"]
