"""What the applications room says over REST."""

from dataclasses import dataclass
from typing import Literal

State = Literal["locked", "ready", "starting", "running", "stopping", "failed"]


@dataclass(frozen=True, kw_only=True)
class Application:
    """An application of the session and how it does.

    `needs` are the modules of which one unlocks it, empty where it is not locked or no
    module helps. `message` says why it is locked or failed, and is made of `template` and
    `arguments`; `output` is the end of what the program said. `started_at` is when it was
    started last, null before; `elapsed` is how many seconds it has taken to become ready, or
    takes so far, and `timeout` how many it may take. `modules` is what was loaded when it
    started and `version` the one of them that unlocked it; `environment_changed` says that
    others are loaded now. `icon` is the address of a picture, or empty; a `hidden` one has no
    tile; one that is not `managed` was started by somebody else, and is not ended here.
    """

    id: str
    title: str
    state: State
    needs: list[str]
    message: str
    template: str
    arguments: list[str]
    url: str
    new_browser_tab: bool
    icon: str
    rank: int
    hidden: bool
    managed: bool
    started_at: str | None
    elapsed: float | None
    timeout: float
    exit_code: int | None
    output: str
    modules: list[str]
    version: str
    environment_changed: bool
