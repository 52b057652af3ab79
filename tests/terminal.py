"""A pseudo-terminal with a program in it, as a person at a keyboard has one."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_CODES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>()][0-9A-Z]?|[78])|[\x00\x07\x0f\r]")


class Terminal:
    """A program on a pseudo-terminal. `shown` is everything that it has printed."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str] | None = None,
        columns: int = 80,
        lines: int = 24,
    ) -> None:
        self.shown = ""
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], list(command), {"PATH": os.environ["PATH"], "TERM": "xterm", **(environment or {})})
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._file, text.encode())

    def wait_for(self, text: str, seconds: float = 30) -> str:
        """Return what was printed from now on up to a text. Fails if it does not appear."""
        end, start = time.monotonic() + seconds, len(self.shown)
        while text not in plain(self.shown[start:]):
            assert time.monotonic() < end, f"{text!r} not in {self.shown[start:]!r}"
            assert self._read(0.1) or self.is_running, f"ended without {text!r}: {self.shown[start:]!r}"
        return plain(self.shown[start:])

    def exit_code(self, seconds: float = 30) -> int:
        """Return the exit code, when the program ends."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self._read(0.05):
                    pass
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"still running: {self.shown!r}")

    @property
    def is_running(self) -> bool:
        """Whether the program has not ended. Its exit code is lost if it has."""
        return bool(self.pid) and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def close(self) -> None:
        """End the program."""
        if self.pid:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        os.close(self._file)

    def _read(self, seconds: float) -> bool:
        if not select.select([self._file], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._file, 65536)
        except OSError:
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)


def plain(text: str) -> str:
    """Return a text without the codes that move the cursor and change colours."""
    return _CODES.sub("", text)
