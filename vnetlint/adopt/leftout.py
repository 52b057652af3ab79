"""Folders whose files are better not checked: other people's code, and what tests need to be as it is."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

_VENDORED = frozenset((
    "node_modules", "vendor", "vendored", "third_party", "third-party", "thirdparty", "bower_components",
    "site-packages", "galaxy_roles", "ansible_collections",
))  # fmt: skip
_LIBVIRTS = re.compile(r"\w+xml2\w*(?:data|in|out)|qemuxmlconf(?:data)?|domainschema(?:data|subdata)|\w+schemadata")
_TESTS = frozenset((
    "test", "tests", "testing", "testdata", "test-data", "test_data", "spec", "specs", "fixtures", "__fixtures__",
))  # fmt: skip
_BROKEN = frozenset(("broken", "invalid", "malformed", "negative"))


class LeftOut(NamedTuple):
    """A folder that is not to be checked."""

    folder: str
    """Relative to the folder of the configuration, with `/`."""
    reason: str
    files: int
    """The files with libvirt XML below it."""
    is_advised: bool
    """Whether it is better not checked. It is not if most files are in such folders, because they matter then."""

    @property
    def pattern(self) -> str:
        """The folder as a pattern of a .gitignore."""
        return pattern_of(self.folder)


def pattern_of(folder: str) -> str:
    """Return a folder as a pattern of a .gitignore."""
    return f"/{_SPECIAL.sub(lambda found: chr(92) + found.group(), folder)}/"


_SPECIAL = re.compile(r"[\\*?\[]")


def left_out(paths: Collection[str], submodules: Iterable[str] = ()) -> tuple[LeftOut, ...]:
    """Return the folders to exclude, in order. `paths` are files with libvirt XML, relative to the top.

    There is none if no file would be left: whoever keeps all files in `tests/` wants them checked.
    """
    left, found = list(paths), list[LeftOut]()
    modules = frozenset(submodules)
    for of_others in (True, False):
        below: Counter[tuple[str, str]] = Counter()
        kept = []
        for path in left:
            place = _place(path, modules, of_others)
            if place is None:
                kept.append(path)
            else:
                below[place] += 1
        if kept:
            is_advised = below.total() <= len(kept)
            found += (LeftOut(*place, count, is_advised) for place, count in below.items())
            left = kept
    return tuple(sorted(found))


def _place(path: str, submodules: frozenset[str], of_others: bool) -> tuple[str, str] | None:
    """Return the topmost folder above a file that has a reason, and the reason."""
    parts = path.split("/")[:-1]
    for depth, name in enumerate(parts, 1):
        folder = "/".join(parts[:depth])
        reason = _reason_of_others(folder, name, submodules) if of_others else _reason_of_tests(name)
        if reason:
            return folder, reason
    return None


def _reason_of_others(folder: str, name: str, submodules: frozenset[str]) -> str:
    if folder in submodules:
        return "a git submodule, which is another repository"
    if _LIBVIRTS.fullmatch(name):
        return "test data of libvirt"
    return "code of others" if name in _VENDORED else ""


def _reason_of_tests(name: str) -> str:
    if name in _BROKEN:
        return "broken on purpose, by its name"
    return "files of tests" if name in _TESTS else ""
