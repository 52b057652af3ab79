"""What git ignores, read from `.gitignore` files alone: git itself runs hooks that a repository configures."""

import os
from pathlib import Path

from pathspec import GitIgnoreSpec


class Ignored:
    """The `.gitignore` files that hold below a folder: those from the repository's root down to it, and its own."""

    def __init__(self, top: str) -> None:
        self._specs: list[tuple[str, GitIgnoreSpec]] = []
        absolute = os.path.abspath(top)
        root = _repository(absolute)
        if root is None:
            return
        steps = Path(absolute).relative_to(root).parts
        for depth in range(len(steps)):
            self.enter(os.path.join(root, *steps[:depth]))
        if self.matches(absolute, folder=True):
            # A folder that was named is meant, whatever its parents ignore.
            self._specs.clear()

    def enter(self, folder: str) -> None:
        """Read the `.gitignore` of a folder before what lies in it is asked for."""
        absolute = os.path.abspath(folder)
        path = os.path.join(absolute, ".gitignore")
        if os.path.isfile(path) and all(known != absolute for known, _ in self._specs):
            lines = Path(path).read_text("utf-8", "replace").splitlines()
            self._specs.append((absolute, GitIgnoreSpec.from_lines(lines)))

    def matches(self, path: str, folder: bool = False) -> bool:
        """Tell whether a path is ignored; the deepest `.gitignore` that speaks of it decides."""
        absolute = os.path.abspath(path)
        for base, spec in reversed(self._specs):
            if absolute.startswith(base + os.sep):
                relative = absolute[len(base) + 1 :].replace(os.sep, "/") + ("/" if folder else "")
                verdict = spec.check_file(relative).include
                if verdict is not None:
                    return verdict
        return False


def _repository(path: str) -> str | None:
    while not os.path.exists(os.path.join(path, ".git")):
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
    return path
