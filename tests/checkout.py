"""Git repositories: one made of this working tree, to install from, and scratch ones that use it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not oracle and not slow"]
"""The command that runs tests of a checkout; a test adds their files."""
ME = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "test"), ("EMAIL", "test@example.org"))
}


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a user who commits, without the variables that git sets when a hook runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **ME, "GIT_CONFIG_GLOBAL": os.devnull, **more}


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return its output."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True, check=True).stdout


def commit_all(folder: Path) -> None:
    """Make a folder a repository whose only commit has all its files."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all", "--no-verify")


def published(copy: Path, tag: str) -> Path:
    """Make a repository of the working tree, with a tag, because users install from a tag."""
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    commit_all(copy)
    git(copy, "tag", tag)
    return copy
