"""The jobs room: notebooks and scripts as batch jobs."""

from .routes import jobs_routes
from .script import Loading
from .service import JobsService

__all__ = ["JobsService", "Loading", "jobs_routes"]
