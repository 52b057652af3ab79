"""The files that the paths of a command mean: a file itself, and the libvirt files below a folder."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vnetlint.errors import UserError
from vnetlint.files.candidates import is_candidate, is_kept_aside
from vnetlint.files.gitignore import Ignored
from vnetlint.files.paths import display


class MissingPathError(UserError):
    """A path does not exist, or there is no libvirt XML below a folder; the message says which."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to check. `explicit` means that the user named it, and not just a folder above it."""

    path: str
    explicit: bool


def find(paths: Iterable[str]) -> list[FoundFile]:
    """Return the files that paths mean, each once, in order.

    Raises MissingPathError if a path does not exist or a folder has no libvirt XML.
    """
    found: dict[str, FoundFile] = {}
    for path in paths:
        if os.path.isdir(path):
            below = [display(file) for file in walk(path)]
            if not below and not _holds_xml_aside(path):
                raise MissingPathError(
                    f"{path}: no libvirt XML below this folder; to check a file with another name, pass the file itself"
                )
            for shown in below:
                found.setdefault(shown, FoundFile(shown, explicit=False))
        elif os.path.lexists(path):
            found[display(path)] = FoundFile(display(path), explicit=True)
        else:
            raise MissingPathError(f"{path}: no such file or folder")
    return _without_second_names(found)


def _holds_xml_aside(top: str) -> bool:
    """Whether there are backup copies of XML below a folder. To check such a folder is not a mistake."""
    return any(is_kept_aside(name) for _, _, names in os.walk(top) for name in names)


def _without_second_names(found: dict[str, FoundFile]) -> list[FoundFile]:
    """Drop links to files that are checked anyway, such as those in libvirt's `autostart` folders."""
    taken = {path for path in found if not os.path.islink(path)}
    kept: list[FoundFile] = []
    for path, named in found.items():
        if os.path.islink(path) and os.path.exists(path):
            target = display(os.path.realpath(path))
            if target in taken:
                continue
            taken.add(target)
        kept.append(named)
    return kept


def walk(top: str) -> Iterator[str]:
    """Yield the files to check below a folder, without hidden folders, what git ignores, and links to folders.

    A folder that cannot be listed is yielded itself. `read` then reports it, so that it does not look empty.
    """
    ignored = Ignored(top)
    unlisted: list[str] = []
    for folder, folders, names in os.walk(top, onerror=lambda error: unlisted.append(error.filename)):
        ignored.enter(folder)
        folders[:] = sorted(
            name for name in folders if name[0] != "." and not ignored.matches(os.path.join(folder, name), folder=True)
        )
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not ignored.matches(path) and is_candidate(path):
                yield path
    yield from unlisted
