"""A machine that can be asked: its commands, its files, and what it did not answer."""

import glob
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

SECONDS = 20
"""How long one command may take."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where commands are looked for besides the user's own PATH: without root, `sbin` is often not on it."""
_REFUSED = ("permission", "not permitted", "must be root", "are you root", "access denied", "authentication", "polkit")


class Output(NamedTuple):
    """The exit code and the output of a command; a code of 127 means that it is not installed."""

    code: int
    stdout: str
    stderr: str = ""


@dataclass(frozen=True)
class System:
    """How a machine is asked. Each function has an answer for what is not there; none raises."""

    run: Callable[[tuple[str, ...]], Output]
    """Runs a command."""
    read: Callable[[str], str | None]
    """The text of a file, or None if it cannot be read."""
    paths: Callable[[str], tuple[str, ...]]
    """The paths that a pattern matches, sorted."""
    target: Callable[[str], str | None]
    """Where a symbolic link leads, resolved, or None if there is none."""
    is_root: bool = True


def here() -> System:
    """Return the machine that this program runs on."""
    return System(_run, _read, lambda pattern: tuple(sorted(glob.glob(pattern))), _target, os.geteuid() == 0)


def _run(command: tuple[str, ...]) -> Output:
    environment = {**os.environ, "LC_ALL": "C", "PATH": f"{os.environ.get('PATH', '')}:{_PATH}"}
    program = shutil.which(command[0], path=environment["PATH"])
    if program is None:
        return Output(127, "", "not installed")
    try:
        done = subprocess.run(
            (program, *command[1:]),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Output(124, "", f"no answer within {SECONDS} seconds")
    except OSError as error:
        return Output(126, "", error.strerror or str(error))
    return Output(done.returncode, *(each.decode("utf-8", "replace") for each in (done.stdout, done.stderr)))


def _read(path: str) -> str | None:
    with suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
    return None


def _target(path: str) -> str | None:
    return os.path.realpath(path) if os.path.islink(path) else None


@dataclass(frozen=True)
class Questions:
    """Questions to a machine. What it does not answer is noted, in one line each."""

    system: System
    remarks: list[str] = field(default_factory=list)

    def remark(self, what: str, why: str, refused: bool = False) -> None:
        """Note what is not in the inventory and why, and that root would see it if a permission was missing."""
        how = "; run as root" if refused and not self.system.is_root else ""
        line = f"{what}: not seen: {why}{how}"
        if line not in self.remarks:
            self.remarks.append(line)

    def ask(self, what: str, *command: str) -> str | None:
        """Return the output of a command, or None if it fails, which is noted."""
        done = self.system.run(command)
        if done.code == 0:
            return done.stdout
        self.note_failure(what, done, *command)
        return None

    def note_failure(self, what: str, done: Output, *command: str) -> None:
        """Note that a command failed, unless it is noted already that this cannot be seen."""
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        # virsh begins with what it failed to do, and ends with the reason.
        said = (lines or [f"exit code {done.code}"])[-1 if command[0] == "virsh" else 0]
        if any(each.startswith(f"{what}: ") for each in self.remarks):
            return
        self.remark(what, f"{command[0]}: {said.removeprefix('error: ').rstrip('.')}", is_refusal(done.stderr))

    def has(self, command: str) -> bool:
        """Whether a command is installed."""
        return any(self.system.paths(f"{folder}/{command}") for folder in _PATH.split(":"))

    def number(self, path: str) -> int | None:
        """Return the number in a file of the kernel, or None if there is none."""
        try:
            return int((self.system.read(path) or "").strip())
        except ValueError:
            return None


def is_refusal(said: str) -> bool:
    """Whether a message is about a missing permission."""
    return any(word in said.lower() for word in _REFUSED)
