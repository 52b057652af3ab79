"""What people read is in plain English: words and openings that a colleague would not use are found nowhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (
    "vnetlint",
    "rules",
    "schemas",
    "tools",
    "tests",
    "benchmarks",
    "docs",
    "editors",
    "examples",
    ".ci",
    ".github",
)
ENDINGS = {".py", ".md", ".rnc", ".toml", ".yml", ".yaml", ".json", ".el", ".lua", ".ts", ".sh", ""}
SKIPPED = {"CHANGELOG.md", "package-lock.json", "test_prose.py"}
WORDS = re.compile(
    r"\b(?:mend(?:s|ed|ing|able)?|thereafter|whereof|hence|dwells?|be it|unless said otherwise|(?:is|are) told of|"
    r"complains? never|it is no (?:regular )?file)\b",
    re.IGNORECASE,
)
OPENING = re.compile(r"""^\s*[rf]?["]{3}(?:Give|Say|Tell)\b.*""", re.MULTILINE)


def _files() -> Iterator[Path]:
    below = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    for path in (*below, *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "action.yml"):
        parts = set(path.relative_to(ROOT).parts)
        if path.is_file() and path.suffix in ENDINGS and path.name not in SKIPPED and not parts & {"node_modules"}:
            yield path


FILES = [path for path in _files() if b"\0" not in path.read_bytes()]


@pytest.mark.parametrize("folder", [*FOLDERS, "."])
def test_nothing_uses_a_word_of_another_century(folder: str) -> None:
    inside = [path for path in FILES if path.parent == ROOT] if folder == "." else FILES
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in inside
        if folder == "." or path.is_relative_to(ROOT / folder)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if WORDS.search(line)
    ]
    assert found == []


def test_docstrings_say_what_a_function_returns() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {opening.strip()}"
        for path in FILES
        if path.suffix == ".py"
        for opening in OPENING.findall(path.read_text("utf-8"))
    ]
    assert found == []
