"""A release: one version everywhere, its changes, and the addresses that only the forge knows.

usage: python -m tools.release prepare VERSION DATE    set the version everywhere, and put it into the changelogs
       python -m tools.release check TAG               fail unless everything has the version of the tag
       python -m tools.release notes TAG               print the changes of that version
       python -m tools.release address URL TAG         make the links of the README absolute, as an index needs them

.github/workflows/release.yml runs the last three; docs/releasing.md describes the steps.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent

VERSIONS = {
    "pyproject.toml": r'(?m)^version = "(.*)"$',
    "vnetlint/__init__.py": r'(?m)^__version__ = "(.*)"$',
    "editors/emacs/vnetlint.el": r"(?m)^;; Version: (.*)$",
    "editors/vscode/package.json": r'(?m)^  "version": "(.*)"',
    "editors/vscode/package-lock.json": r'^\{\n  "name": ".*",\n  "version": "(.*)"',
}
"""Where the version is, with a group around it. The second one of package-lock.json is that of its root package."""
LOCKED = r'"packages": \{\n    "": \{\n      "name": ".*",\n      "version": "(.*)"'

CHANGELOGS = ("CHANGELOG.md", "editors/vscode/CHANGELOG.md")
UNRELEASED = "## Unreleased\n"

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LINK = re.compile(r"(!?)(\[[^\]]*\])\((?!https?:|mailto:|#)([^)\s]+)\)")


class ReleaseError(Exception):
    """A release is not ready. The message is one line with the file, what is wrong and what to do."""


def prepare(root: Path, version: str, date: str) -> None:
    """Set the version in all files, and give the unreleased changes this version and date."""
    _expect(_VERSION, version, "a version such as 1.2.3")
    _expect(_DATE, date, "a date such as 2030-12-31")
    for path, pattern in _places():
        text = (root / path).read_text("utf-8")
        (root / path).write_text(_replaced(text, pattern, version), "utf-8")
    for path in CHANGELOGS:
        text = (root / path).read_text("utf-8")
        if UNRELEASED not in text:
            raise ReleaseError(f"{path}: expected the heading '{UNRELEASED.strip()}'")
        (root / path).write_text(text.replace(UNRELEASED, f"{UNRELEASED}\n## {version} - {date}\n", 1), "utf-8")


def check(root: Path, tag: str) -> None:
    """Raise ReleaseError unless all files have the version of a tag, and the changelogs have its changes."""
    version = _version_of(tag)
    for path, pattern in _places():
        found = re.search(pattern, (root / path).read_text("utf-8"))
        if found is None or found[1] != version:
            raise ReleaseError(f"{path}: version '{found and found[1]}', expected '{version}' as in the tag '{tag}'")
    for path in CHANGELOGS:
        _changes((root / path).read_text("utf-8"), version, path)


def notes(root: Path, tag: str) -> str:
    """Return the changes of a version, as Markdown. Raises ReleaseError if there are none."""
    return _changes((root / "CHANGELOG.md").read_text("utf-8"), _version_of(tag), "CHANGELOG.md")


def address(root: Path, url: str, tag: str) -> None:
    """Make the links of the README absolute, at a tag, and add the project's addresses to its metadata."""
    _expect(
        re.compile(r"https://[\w.-]+(?:/[\w.-]+)+"), url, "the address of a repository such as https://HOST/OWNER/NAME"
    )
    _version_of(tag)
    readme, project = root / "README.md", root / "pyproject.toml"
    readme.write_text(absolute(readme.read_text("utf-8"), url, tag), "utf-8")
    urls = (
        f'[project.urls]\nRepository = "{url}"\nIssues = "{url}/issues"\n'
        f'Documentation = "{url}/tree/{tag}/docs"\nChangelog = "{url}/blob/{tag}/CHANGELOG.md"\n\n'
    )
    text = project.read_text("utf-8")
    if "[project.urls]" in text:
        raise ReleaseError("pyproject.toml: it has addresses already; start from a clean checkout")
    project.write_text(text.replace("[project.scripts]\n", f"{urls}[project.scripts]\n", 1), "utf-8")


def absolute(markdown: str, url: str, tag: str) -> str:
    """Return Markdown whose relative links lead to files of a repository at a tag. Code is left as it is."""
    blocks = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    blocks[::2] = [_LINK.sub(lambda link: _absolute(link, url, tag), each) for each in blocks[::2]]
    return "".join(blocks)


def _absolute(link: re.Match[str], url: str, tag: str) -> str:
    sign, words, path = link.groups()
    return f"{sign}{words}({url}/{'raw' if sign else 'blob'}/{tag}/{path})"


def _places() -> Iterator[tuple[str, str]]:
    yield from VERSIONS.items()
    yield "editors/vscode/package-lock.json", LOCKED


def _replaced(text: str, pattern: str, version: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ReleaseError(f"no version found where '{pattern}' expects one")
    return text[: found.start(1)] + version + text[found.end(1) :]


def _version_of(tag: str) -> str:
    _expect(re.compile(f"v{_VERSION.pattern}"), tag, "a tag such as v1.2.3")
    return tag.removeprefix("v")


def _changes(changelog: str, version: str, path: str) -> str:
    found = re.search(
        rf"^## {re.escape(version)} - {_DATE.pattern}\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if found is None or not found[1].strip():
        raise ReleaseError(f"{path}: no changes under a heading '## {version} - DATE'; run `tools.release prepare`")
    return found[1].strip() + "\n"


def _expect(pattern: re.Pattern[str], value: str, expected: str) -> None:
    if not pattern.fullmatch(value):
        raise ReleaseError(f"'{value}': expected {expected}")


COMMANDS: dict[str, tuple[Callable[..., str | None], int]] = {
    "prepare": (prepare, 2),
    "check": (check, 1),
    "notes": (notes, 1),
    "address": (address, 2),
}
"""Each command with the number of its arguments."""


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run a command and return the exit code: 0, 1 if a release is not ready, or 2 for a wrong command line."""
    name, *values = arguments or [""]
    command, count = COMMANDS.get(name, (None, 0))
    if command is None or len(values) != count:
        sys.stderr.write(f"{(__doc__ or '').partition('usage: ')[2].partition('.github')[0].rstrip()}\n")
        return 2
    try:
        sys.stdout.write(command(root, *values) or "")
    except ReleaseError as error:
        sys.stderr.write(f"release: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
