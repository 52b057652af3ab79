"""`vnetlint check --watch`: check again whenever a file changes that decides the result.

The times of files are asked for, twice a second. That needs no package, and works where notices of the kernel do not
arrive: on network file systems, in containers, and in folders that are mounted into a virtual machine.
"""

import gc
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from vnetlint.cli.streams import Streams
from vnetlint.config.exclude import Exclusion, Exclusions
from vnetlint.config.load import forget
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.config.usedfiles import named_files
from vnetlint.errors import UserError
from vnetlint.files.find import walk
from vnetlint.files.paths import CONFIGURATIONS
from vnetlint.report.content import plural

if TYPE_CHECKING:
    from vnetlint.cli.checkrequest import CheckRequest

INTERVAL = 0.5
"""Seconds between two looks at the files."""
SETTLING = 0.1
"""Seconds that files must stay the same after a change, so that no half-written file is checked."""
SHARE = 10
"""A look may take this part of the time, so that a large folder does not keep a processor busy."""

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_State = dict[str, tuple[int, int, int] | None]
"""The time, size and number of each file; None if it is not there."""


def repeat(check: Callable[[set[str]], int], asked: "CheckRequest", streams: Streams) -> int:
    """Check, and again after each change, until the process is interrupted. `check` adds the files that it used."""
    # Otherwise cycles would pile up.
    gc.enable()
    used = set(filter(None, (asked.options.host, asked.options.config, asked.options.baseline)))
    used |= {path for path in asked.options.policies if os.path.exists(path)}
    excluding = _Excluding(asked.options)
    while True:
        excluding.renew()
        start, before = time.time_ns(), _state(asked.paths, used, excluding)
        seen: set[str] = set()
        if streams.out.isatty():
            streams.write(_CLEAR)
        _check(check, seen, streams)
        # What a configuration names may appear, or be corrected. It may also exclude everything, so that none is used.
        used |= seen | _named(asked, excluding)
        # A file that was used for the first time may have changed after it was read. It then counts as not there.
        first = {path: each for path, each in _state((), used, excluding).items() if path not in before}
        before |= {path: each if each and each[0] < start else None for path, each in first.items()}
        streams.note(f"watching {plural(sum(each is not None for each in before.values()), 'file')}; Ctrl+C ends")
        _wait(before, partial(_state, asked.paths, used, excluding))


class _Excluding:
    """What the configurations exclude. For what one cannot be read now, what it excluded before."""

    def __init__(self, options: RunOptions) -> None:
        self._options = options
        self._known: dict[str, Callable[[str, bool], object] | None] = {}
        self.renew()

    def renew(self) -> None:
        """Read the configurations again."""
        forget()
        self._now = Exclusions(self._options.config, isolated=self._options.isolated)

    def within(self, folder: str) -> Callable[[str, bool], object] | None:
        """Return a test for paths directly in a folder, or None if nothing is known to be excluded there."""
        with suppress(UserError):
            self._known[folder] = self._now.within(folder)
        return self._known.get(folder)

    def of(self, path: str) -> Exclusion | None:
        """Return why a path is excluded, or None if it is not, or if that cannot be said now."""
        with suppress(UserError):
            return self._now.of(path)
        return None


def _check(check: Callable[[set[str]], int], seen: set[str], streams: Streams) -> None:
    """Check once. If that cannot be done, the reason is noted and the watch goes on."""
    forget()
    try:
        check(seen)
    except UserError as error:
        streams.error(str(error))
    finally:
        streams.flush()


def _named(asked: "CheckRequest", excluding: _Excluding) -> set[str]:
    """Return the files that configurations name, of the paths that are not excluded."""
    paths = [path for path in asked.paths if excluding.of(path) is None]
    try:
        return set(named_files(RunPlanner(asked.options), paths))
    except UserError:
        return set()


def _wait(before: _State, look: Callable[[], _State]) -> None:
    """Return after a change, when the files have stayed the same for a moment."""
    while True:
        start = time.monotonic()
        now = look()
        if now != before:
            break
        time.sleep(max(INTERVAL, SHARE * (time.monotonic() - start)))
    while True:
        time.sleep(SETTLING)
        if (later := look()) == now:
            return
        now = later


def _state(paths: Iterable[str], used: Iterable[str], excluding: _Excluding) -> _State:
    """Return the state of the files below paths, of those that were used, and of configurations beside them.

    Of what is excluded, nothing is listed or looked at.
    """
    files = set(used)
    folders: set[str] = set()
    for path in paths:
        if reason := excluding.of(path):
            files.add(reason.file.path)
        elif os.path.isdir(path):
            folders.add(path)
            files |= set(walk(path, excluding))
        else:
            files.add(path)
    folders |= {os.path.dirname(path) for path in files}
    files |= {os.path.join(folder, name) for folder in folders for name in CONFIGURATIONS}
    return {os.path.abspath(path): _stat(path) for path in files}


def _stat(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
