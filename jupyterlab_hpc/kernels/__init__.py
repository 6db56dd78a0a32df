"""The kernels room: kernels that load their own modules, and notebooks that remember theirs."""

from .routes import kernels_routes
from .service import KernelsService
from .specs import KEY

__all__ = ["KEY", "KernelsService", "kernels_routes"]
