"""The session room: its job, its time, and what it uses."""

from .carry import CarryService
from .routes import session_routes
from .service import SessionService

__all__ = ["CarryService", "SessionService", "session_routes"]
