"""Reading the beginning of a file that may be anything. Knows no module."""

import codecs
import os
import stat


def beginning(path: str, most: int) -> tuple[str, bool]:
    """Return the text of a file's first `most` bytes, and whether there are more.

    Bytes that are not UTF-8 are shown as �. Raises OSError where it cannot be read, and
    ValueError for what is no path or no file: a pipe would keep a thread waiting for ever.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("This is not a regular file.")
        data = file.read(most + 1)
    more = len(data) > most
    # a character that is cut off at the end is left out
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    return decoder.decode(data[:most], final=not more), more
