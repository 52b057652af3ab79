"""What git ignores, read from `.gitignore` files. git itself is not called, because it runs what a repository sets up.

A repository is not trusted. Its patterns are therefore matched part by part: as a regular expression over a whole
path, `*a*a*a*a*a*b` could take years. Git's own behaviour is the model. Only a backslash before a slash, to which its
documentation gives no meaning, escapes nothing here.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from functools import lru_cache
from pathlib import Path

from vnetlint.dataclass import dataclass
from vnetlint.files.paths import nearest
from vnetlint.files.regular import NotRegularError, read_regular

MAX_BYTES = 10 * 1024 * 1024

_BRACKET = re.compile(r"\[[!^]?\]?(?:\[:[a-z]*:\]|[^]\\]|\\.)*\]")
_CLASS = re.compile(r"\[:([a-z]*):\]")
_CLASSES = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "xdigit": "0-9A-Fa-f",
    "space": " \t-\r", "blank": " \t", "punct": "!-/:-@[-`{-~", "cntrl": "\x00-\x1f\x7f", "print": " -~",
    "graph": "!-~",
}  # fmt: skip
_NOTHING = re.compile("(?!)")
"""To git a bracket that is never closed matches nothing."""
_PART = re.compile(rf"((?:{_BRACKET.pattern}|\\.|[^/])*)/")
"""One part of a pattern with the `/` behind it; within brackets that is a character as any other."""
_SPECIAL = re.compile(r"[*?\[\\]")
_ANY_DEPTH = re.compile(r"\*{2,}")
_GLUED = re.compile(r"([^*?\[\\]*[^*?\[\\/])\*{2,}(/.*|)")
"""A pattern whose first wildcard is `**` behind a letter. Git cuts the letters off, so it crosses folders there."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A line of a `.gitignore`: a pattern for each part of a path, or `**` for any number of parts."""

    prefix: str
    """What a path begins with before its parts are matched."""
    parts: tuple[str, ...]
    negated: bool
    folders_only: bool
    literal: str | None = None
    """The path itself, if that is all that the pattern matches."""


class Ignored:
    """The `.gitignore` files that apply in a folder: its own, and those above it up to the repository's root."""

    def __init__(self, top: str) -> None:
        self._patterns: dict[str, list[_Pattern]] = {}
        absolute = os.path.abspath(top)
        root = nearest(absolute, (".git",))
        if root is None:
            return
        steps = Path(absolute).relative_to(root).parts
        for depth in range(len(steps)):
            self.enter(os.path.join(root, *steps[:depth]))
        if any(self.matches(os.path.join(root, *steps[:depth]), folder=True) for depth in range(1, len(steps) + 1)):
            # The user named this folder, so it is checked even if a folder above ignores it.
            self._patterns.clear()

    def enter(self, folder: str) -> None:
        """Read the `.gitignore` of a folder. Call this before `matches` for anything in the folder."""
        absolute = os.path.abspath(folder)
        if absolute in self._patterns:
            return
        try:
            lines = read_regular(os.path.join(absolute, ".gitignore"), MAX_BYTES).decode("utf-8", "surrogateescape")
        except (OSError, NotRegularError):
            # Like git: a file that cannot be read ignores nothing.
            return
        self._patterns[absolute] = [pattern for line in lines.splitlines() if (pattern := _parse(line)) is not None]

    def matches(self, path: str, folder: bool = False) -> bool:
        """Whether a path is ignored. The last matching line of the deepest `.gitignore` with a match decides.

        It is not checked whether a folder above is ignored: a caller that walks folders does not enter that one.
        """
        if not self._patterns:
            return False
        absolute = os.path.abspath(path)
        base = os.path.dirname(absolute)
        while True:
            if base in self._patterns:
                name = _bytewise(os.path.relpath(absolute, base))
                for pattern in reversed(self._patterns[base]):
                    if (folder or not pattern.folders_only) and _matches(pattern, name):
                        return not pattern.negated
            parent = os.path.dirname(base)
            if parent == base:
                return False
            base = parent


def matcher(folder: str, patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return a test for paths, made of patterns as in a `.gitignore` of `folder`."""
    choosing = chooser(folder, [tuple(patterns)])
    return lambda path: bool(choosing(path))


def chooser(folder: str, lists: Iterable[Iterable[str]]) -> Callable[[str], tuple[int, ...]]:
    """Return a function from a path to the numbers of the lists of patterns, as in a `.gitignore`, that match it."""
    parsed = [[each for line in patterns if (each := _parse(line)) is not None] for patterns in lists]

    def matching(path: str) -> tuple[int, ...]:
        name = _bytewise(os.path.relpath(os.path.abspath(path), folder))
        names = name.split("/")
        above = ["/".join(names[:depth]) for depth in range(1, len(names))]
        return tuple(number for number, patterns in enumerate(parsed) if _verdict(patterns, name, above))

    return matching


def _verdict(patterns: Iterable[_Pattern], name: str, above: Sequence[str]) -> bool:
    """Whether patterns match a path or a folder above it. The last one that matches decides."""
    verdict = False
    for pattern in patterns:
        if verdict != pattern.negated:
            continue
        whole = not pattern.folders_only and _matches(pattern, name)
        if whole or any(_matches(pattern, each) for each in above):
            verdict = not pattern.negated
    return verdict


def decider(folder: str, patterns: Sequence[str]) -> Callable[[str, bool], int | None]:
    """Return a function from a path, and whether it is a folder, to the number of the pattern that it is ignored by.

    The patterns are those of a `.gitignore` of `folder`. The last one that matches decides. As for `Ignored.matches`,
    folders above the path are the caller's.
    """
    parsed = [(number, each) for number, line in enumerate(patterns) if (each := _parse(line)) is not None]
    parsed.reverse()
    inside = os.path.join(folder, "")

    def decided(path: str, is_folder: bool) -> int | None:
        absolute = os.path.abspath(path)
        if not absolute.startswith(inside):
            return None
        name = _bytewise(absolute.removeprefix(inside))
        for number, pattern in parsed:
            if (is_folder or not pattern.folders_only) and _matches(pattern, name):
                return None if pattern.negated else number
        return None

    return decided


def _parse(line: str) -> _Pattern | None:
    line = _bytewise(line if line.endswith("\\ ") else line.rstrip(" "))
    if not line or line.startswith("#"):
        return None
    negated = line.startswith("!")
    line = line[negated:]
    folders_only = line.endswith("/")
    line = line.removesuffix("/")
    anchored = "/" in line
    if not anchored:
        return _Pattern("", ("**", line), negated, folders_only)
    line = line.removeprefix("/")
    if not _SPECIAL.search(line):
        return _Pattern("", (), negated, folders_only, line)
    glued = _GLUED.fullmatch(line)
    prefix, line = (glued[1], f"**{glued[2]}") if glued else ("", line)
    parts = ("**" if _ANY_DEPTH.fullmatch(part) else part for part in _PART.findall(f"{line}/"))
    return _Pattern(prefix, tuple(parts), negated, folders_only)


def _bytewise(name: str) -> str:
    """Return a name with a character for each of its bytes, because git counts these."""
    if name.isascii():
        return name if os.sep == "/" else name.replace(os.sep, "/")
    return os.fsencode(name).decode("latin-1")


def _matches(pattern: _Pattern, name: str) -> bool:
    """Whether a pattern matches a path. The time is at most the product of their numbers of parts."""
    if not name.startswith(pattern.prefix):
        return False
    if pattern.literal is not None:
        return name == pattern.literal
    parts, names = pattern.parts, name[len(pattern.prefix) :].split("/")
    reached = {0}
    for part in parts[:-1]:
        if part == "**":
            reached = set(range(min(reached, default=len(names)), len(names)))
        else:
            reached = {at + 1 for at in reached if at < len(names) and _glob(part).fullmatch(names[at])}
    last = parts[-1]
    if last == "**":
        return any(at < len(names) for at in reached)
    return len(names) - 1 in reached and _glob(last).fullmatch(names[-1]) is not None


@lru_cache(maxsize=4096)
def _glob(part: str) -> re.Pattern[str]:
    """Translate one part as git reads it. In the expressions that `fnmatch` makes, no `*` backtracks into another."""
    pieces: list[str] = []
    position = 0
    while position < len(part):
        bracket = _BRACKET.match(part, position)
        if part[position] == "\\" and position + 1 < len(part):
            pieces.append("[" + part[position + 1] + "]" if part[position + 1] in "*?[" else part[position + 1])
            position += 2
        elif bracket:
            inner = bracket.group()[1:-1].replace("^", "!", 1) if part[position + 1] == "^" else bracket.group()[1:-1]
            inner = _CLASS.sub(lambda found: _CLASSES.get(found[1], ""), inner)
            pieces.append(f"[{inner}]")
            position = bracket.end()
        else:
            if part[position] == "[":
                return _NOTHING
            pieces.append(part[position])
            position += 1
    return re.compile(translate("".join(pieces)))
