"""The hub room: stopping this server safely."""

from .routes import hub_routes
from .running import kernels_of, terminals_of
from .service import HubService, Running

__all__ = ["HubService", "Running", "hub_routes", "kernels_of", "terminals_of"]
