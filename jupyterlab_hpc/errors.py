"""What can go wrong, in words a user can act on. Nothing here knows HTTP."""

from .sentences import fill

LONGEST_DETAIL = 20_000  # characters; what a tool says is read by a person


def beginning_and_end(text: str) -> str:
    """Return a text without its middle where it is longer than anybody reads."""
    half = LONGEST_DETAIL // 2
    return text if len(text) <= LONGEST_DETAIL else f"{text[:half]}\n…\n{text[-half:]}"


class HPCError(Exception):
    """A failure that the user should read.

    `reason` is a word for programs; `message` is a sentence for people, made of
    `template` and its `arguments`; `detail` is what the tool itself said, word
    for word.
    """

    reason = "failed"

    def __init__(self, template: str, *arguments: str, detail: str = "") -> None:
        self.template = template
        self.arguments = arguments
        self.message = fill(template, arguments)
        self.detail = beginning_and_end(detail)
        super().__init__(self.message)


class BadRequestError(HPCError):
    """The request makes no sense whatever the machine's state."""

    reason = "bad-request"


class ForbiddenError(HPCError):
    """The thing named is somebody else's."""

    reason = "forbidden"


class NotFoundError(HPCError):
    """The thing named does not exist."""

    reason = "not-found"


class ConflictError(HPCError):
    """The request makes sense, but not with what is there now."""

    reason = "conflict"


class InTheWayError(ConflictError):
    """A load that loaded modules forbid; `arguments` are what to load, and those modules.

    Each are full names with `, ` between them. Without the second the load was tried and works.
    """

    reason = "in-the-way"


class ToolRefusedError(HPCError):
    """A command-line tool ran and said no."""

    reason = "tool-refused"


class ToolMissingError(HPCError):
    """A command-line tool is not on this machine, or cannot run."""

    reason = "tool-missing"


class ToolTimeoutError(HPCError):
    """A command-line tool did not answer in time."""

    reason = "tool-timeout"
