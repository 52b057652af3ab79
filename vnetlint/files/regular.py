"""The bounded read of a regular file. A FIFO or a terminal is never opened, because that could wait forever."""

import os
import stat


class NotRegularError(Exception):
    """A path names a pipe, a device or a folder and not a regular file."""


def read_regular(path: str, limit: int) -> bytes:
    """Return the first `limit` bytes of a file.

    Raises OSError if it cannot be read, and NotRegularError if it is a pipe, device or folder.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        if os.path.isdir(path):
            # Raises the system's own reason if the folder cannot be listed, such as a missing permission.
            os.listdir(path)
        raise NotRegularError
    with open(path, "rb") as file:
        return file.read(limit)
