"""Whether somebody is at an application's pages. Knows messages; knows no HTTP.

A page such as VS Code's talks to its server all the time: once a second where a file of the
folder changes, log files too. What it says tells a user's work from that only where the page
says whether somebody is there, which VS Code does for its extensions.
"""

import re

# What is looked at of a message: several go in one where the page is busy.
MOST = 65536


class Presence:
    """What an application's open pages say of who sits before them."""

    def __init__(self, gone: str, back: str) -> None:
        """`gone` and `back` are regular expressions; where they are empty somebody is there."""
        self._gone = re.compile(gone.encode(), re.DOTALL) if gone else None
        self._back = re.compile(back.encode(), re.DOTALL) if back else None
        # By connection; those that have not said anything yet are not in it.
        self._there: dict[object, bool] = {}

    @property
    def most(self) -> int:
        """How many bytes of a message are of interest."""
        return MOST if self._gone else 0

    @property
    def somebody(self) -> bool:
        """Whether somebody is at one of the pages; true as long as no page says anything."""
        return not self._there or any(self._there.values())

    def hear(self, connection: object, message: bytes) -> None:
        """Take what a page says."""
        if self._gone and self._gone.search(message):
            self._there[connection] = False
        if self._back and self._back.search(message):
            self._there[connection] = True

    def leave(self, connection: object) -> None:
        """Forget a page that has been closed."""
        self._there.pop(connection, None)
