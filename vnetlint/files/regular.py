"""The one bounded read of a regular file: opening a FIFO or a terminal would wait for somebody to write to it."""

import os
import stat


class NotRegularError(Exception):
    """A path names something else than a regular file."""


def read_regular(path: str, limit: int) -> bytes:
    """Return the first `limit` bytes of a file. Raises OSError, and NotRegularError for a pipe, device or folder."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        if os.path.isdir(path):
            # The system says why a folder cannot be listed, such as that nobody may.
            os.listdir(path)
        raise NotRegularError
    with open(path, "rb") as file:
        return file.read(limit)
