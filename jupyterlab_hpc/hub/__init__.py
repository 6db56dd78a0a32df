"""The hub room: stopping this server safely."""

from .models import RunningApplication
from .routes import hub_routes
from .running import kernels_of, terminals_of
from .service import HubService, Notice, Running

__all__ = [
    "HubService",
    "Notice",
    "Running",
    "RunningApplication",
    "hub_routes",
    "kernels_of",
    "terminals_of",
]
