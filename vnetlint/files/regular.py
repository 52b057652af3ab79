"""The bounded read of a regular file. A FIFO or a terminal is never opened, because that could wait forever."""

import os
import stat
from io import BufferedReader


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
    with open(path, "rb", buffering=0) as file:
        # Not the limit at once: Python would take that much memory for each file, which takes longer than to read it.
        data = file.read(min(limit, status.st_size + 1)) or b""
        if len(data) == status.st_size:
            return data
        # The file is larger than the limit, changes just now, or is one of the kernel's, whose size is 0.
        return data + BufferedReader(file).read(limit - len(data))
