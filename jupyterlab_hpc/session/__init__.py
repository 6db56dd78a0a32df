"""The session room: the job that this server is, its time, and what it uses."""

from .routes import session_routes
from .service import SessionService

__all__ = ["SessionService", "session_routes"]
