"""Which files paths name: a file is taken as it is, and a folder is walked."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vnetlint.errors import UserError
from vnetlint.files.candidates import is_candidate, is_kept_aside
from vnetlint.files.gitignore import Ignored
from vnetlint.files.paths import display


class MissingPathError(UserError):
    """A path that was named does not exist, or a folder holds nothing to look at; the message says which."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to look at, and whether the user named it or a folder that holds it."""

    path: str
    explicit: bool


def find(paths: Iterable[str]) -> list[FoundFile]:
    """Return the files that paths name, each once, in order; folders are walked.

    Raises MissingPathError.
    """
    found: dict[str, FoundFile] = {}
    for path in paths:
        if os.path.isdir(path):
            below = [display(file) for file in walk(path)]
            if not below and not _holds_xml_aside(path):
                raise MissingPathError(
                    f"{path}: no libvirt XML below this folder; name a file to read it whatever it is"
                )
            for shown in below:
                found.setdefault(shown, FoundFile(shown, explicit=False))
        elif os.path.lexists(path):
            found[display(path)] = FoundFile(display(path), explicit=True)
        else:
            raise MissingPathError(f"{path}: no such file or folder")
    return _without_second_names(found)


def _holds_xml_aside(top: str) -> bool:
    """Whether a folder holds XML that is only read when it is named, so that it is no mistake to name the folder."""
    return any(is_kept_aside(name) for _, _, names in os.walk(top) for name in names)


def _without_second_names(found: dict[str, FoundFile]) -> list[FoundFile]:
    """Drop links to files that are looked at anyway, such as those by which libvirt marks what starts on its own."""
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
    """Walk a folder, passing over hidden folders and what git ignores; links to folders are not followed.

    A folder that cannot be listed is given itself, for `read` to say so: it must not look as if it were empty.
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
