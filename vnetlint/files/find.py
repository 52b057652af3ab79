"""The files that the paths of a command mean: a file itself, and the libvirt files below a folder."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from vnetlint.dataclass import dataclass
from vnetlint.errors import UserError
from vnetlint.files.candidates import can_be_candidate, is_candidate, is_kept_aside
from vnetlint.files.paths import display, displayed_from


class MissingPathError(UserError):
    """A path does not exist, or there is no libvirt XML below a folder; the message says which."""


class Excluding(Protocol):
    """What a configuration excludes."""

    def within(self, folder: str) -> Callable[[str, bool], object] | None:
        """Return a test for paths directly in a folder, with whether each is a folder; None if it excludes nothing."""

    def of(self, path: str) -> object:
        """Return why a path or a folder above it is excluded, in words as its `str`, or None."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to check. `explicit` means that the user named it, and not just a folder above it."""

    path: str
    explicit: bool
    excluded: str = ""
    """Why it is not checked, or the folder that was named is not, if the configuration excludes it."""
    is_link: bool = False


def find(paths: Iterable[str], excluding: Excluding | None = None) -> list[FoundFile]:
    """Return the files that paths mean, each once, in order. Of what is excluded only what was named itself.

    Raises MissingPathError if a path does not exist or a folder has no libvirt XML.
    """
    found: dict[str, FoundFile] = {}
    here = os.getcwd()
    for path in paths:
        mode = _mode(path)
        if mode is None:
            raise MissingPathError(f"{path}: no such file or folder")
        absolute = os.path.abspath(path)
        shown = displayed_from(here, absolute)
        reason = excluding.of(absolute) if excluding else None
        if reason is not None:
            found[shown] = FoundFile(shown, explicit=True, excluded=str(reason))
        elif stat.S_ISDIR(mode) or (stat.S_ISLNK(mode) and os.path.isdir(path)):
            below = [display(file) for file in walk(path, excluding)]
            if not below and not _holds_others(path, excluding):
                raise MissingPathError(
                    f"{path}: no libvirt XML below this folder; to check a file with another name, pass the file itself"
                )
            for each in below:
                if each not in found:
                    found[each] = FoundFile(each, explicit=False, is_link=stat.S_ISLNK(_mode(each) or 0))
        else:
            found[shown] = FoundFile(shown, explicit=True, is_link=stat.S_ISLNK(mode))
    return _without_second_names(found)


def _mode(path: str) -> int | None:
    """Return what is at a path itself, not at the end of a link, or None if there is nothing."""
    try:
        return os.lstat(path).st_mode
    except (OSError, ValueError):
        return None


def _holds_others(top: str, excluding: Excluding | None) -> bool:
    """Whether there are backup copies of XML or excluded files below a folder, so that to check it is no mistake."""
    if excluding and next(walk(top), None) is not None:
        return True
    return any(is_kept_aside(name) for _, _, names in os.walk(top) for name in names)


def _without_second_names(found: dict[str, FoundFile]) -> list[FoundFile]:
    """Drop links to files that are checked anyway, such as those in libvirt's `autostart` folders."""
    taken = {path for path, named in found.items() if not named.is_link}
    kept: list[FoundFile] = []
    for path, named in found.items():
        if named.is_link and os.path.exists(path):
            target = display(os.path.realpath(path))
            if target in taken:
                continue
            taken.add(target)
        kept.append(named)
    return kept


def walk(top: str, excluding: Excluding | None = None) -> Iterator[str]:
    """Yield the files to check below a folder, without hidden folders, links to folders, and what git ignores.

    What the configuration excludes is left out too, and no excluded folder is listed.

    A folder that cannot be listed is yielded itself. `read` then reports it, so that it does not look empty.
    """
    from vnetlint.files.gitignore import Ignored

    ignored = Ignored(top)
    unlisted: list[str] = []
    for folder, folders, names in os.walk(top, onerror=lambda error: unlisted.append(error.filename)):
        ignored.enter(folder)
        excludes = excluding.within(folder) if excluding else None
        folders[:] = sorted(
            name
            for name in folders
            if name[0] != "."
            and not ignored.matches(path := os.path.join(folder, name), folder=True)
            and not (excludes and excludes(path, True))
        )
        for name in sorted(filter(can_be_candidate, names)):
            path = os.path.join(folder, name)
            if not ignored.matches(path) and not (excludes and excludes(path, False)) and is_candidate(path):
                yield path
    yield from unlisted
