"""The bounded read of a regular file. A FIFO or a terminal is never opened, because that could wait forever."""

import os
import stat

_READING = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""How a file is opened; Windows would otherwise change line ends."""


class NotRegularError(Exception):
    """A path names a pipe, a device or a folder and not a regular file."""


def read_regular(path: str, limit: int) -> bytes:
    """Return the first `limit` bytes of a file.

    Raises OSError if it cannot be read, and NotRegularError if it is a pipe, device or folder.
    """
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        if os.path.isdir(path):
            # Raises the system's own reason if the folder cannot be listed, such as a missing permission.
            os.listdir(path)
        raise NotRegularError
    # A file object would ask the system twice more about the file.
    file = os.open(path, _READING)
    try:
        # Not the limit at once: Python would take that much memory for each file, which takes longer than to read it.
        data = os.read(file, min(limit, status.st_size + 1))
        if len(data) == status.st_size:
            return data
        # The file is larger than the limit, changes just now, or is one of the kernel's, whose size is 0.
        with open(file, "rb", closefd=False) as rest:
            return data + rest.read(limit - len(data))
    finally:
        os.close(file)
