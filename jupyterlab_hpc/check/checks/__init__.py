"""All checks, a module for each group."""

from collections.abc import Sequence

from ..outcome import Group
from .applications import GROUP as APPLICATIONS
from .configuration import GROUP as CONFIGURATION
from .hub import GROUP as HUB
from .installation import GROUP as INSTALLATION
from .jobs import GROUP as JOBS
from .kernels import GROUP as KERNELS
from .scheduler import GROUP as SCHEDULER
from .session import GROUP as SESSION
from .software import GROUP as SOFTWARE
from .storage import GROUP as STORAGE

GROUPS: Sequence[Group] = (
    INSTALLATION,
    CONFIGURATION,
    SOFTWARE,
    SCHEDULER,
    SESSION,
    HUB,
    APPLICATIONS,
    KERNELS,
    STORAGE,
    JOBS,
)

__all__ = ["GROUPS"]
