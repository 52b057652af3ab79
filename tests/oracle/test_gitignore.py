"""Which files git ignores, asked of git itself."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from vnetlint.files.gitignore import Ignored

pytestmark = pytest.mark.oracle

PATHS = (
    "a.xml", "b/a.xml", "b/c/a.xml", "bb/x.xml", "x/bb/y.xml", "x/b/c/z.xml", "bc.xml", "x/y/z/bc.xml", "x.xml/y.xml",
    "[a].xml", " s.xml", "t .xml", "#h.xml", "!n.xml", "a*b.xml", "é.xml", "x/.h/a.xml", "A.xml", "x/ybc.xml",
)  # fmt: skip
PIECES = (
    "a", "b", "c", "x", "y", "z", "/", "/", "*", "**", "***", "****", "?", ".xml", "[a-b]", "[!a]", "[^b]",
    "[[:alpha:]]", "[[:upper:]]", "[]a]", "[", "]", "\\", "\\*", "\\#", "é", "!", "#", " ", "\\ ", "**/", "/**", "*/",
    "b**/", "!b/",
)  # fmt: skip
ODD = ("****", "b**/", "x/y**/bc.xml", "x/y**", "***/bc.xml", "[[:alpha:]].xml", "??.xml", "a.xml\\", "[a.xml", "//b")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path


def _patterns() -> Iterator[tuple[str, ...]]:
    yield from ((pattern,) for pattern in ODD)
    random = Random(29)
    for _ in range(500):
        drawn = tuple("".join(random.choices(PIECES, k=random.randint(1, 5))) for _ in range(random.randint(1, 3)))
        # What an escaped slash means is not documented.
        if not any("\\/" in each for each in drawn):
            yield drawn


def test_git_ignores_the_same_files(repository: Path) -> None:
    different = {}
    for patterns in _patterns():
        (repository / ".gitignore").write_text("".join(f"{each}\n" for each in patterns))
        ours, gits = set(_ignored(repository)), _ignored_by_git(repository)
        if ours != gits:
            different[patterns] = ours ^ gits
    assert different == {}


def _ignored_by_git(repository: Path) -> set[str]:
    command: list[str | Path] = ["git", "-C", repository, "check-ignore", "--no-index", "--stdin", "-z"]
    answer = subprocess.run(command, input="\0".join(PATHS).encode(), capture_output=True, check=False)
    return {path for path in answer.stdout.decode().split("\0") if path}


def _ignored(repository: Path) -> Iterator[str]:
    ignored = Ignored(str(repository))
    for path in PATHS:
        folders = [os.path.join(repository, *path.split("/")[:depth]) for depth in range(path.count("/") + 1)]
        for folder in folders:
            ignored.enter(folder)
        if any(ignored.matches(folder, folder=True) for folder in folders[1:]) or ignored.matches(
            os.path.join(repository, path)
        ):
            yield path
