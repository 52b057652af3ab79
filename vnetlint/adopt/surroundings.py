"""What is around the XML in a repository: git, hooks, CI, and how to install the vnetlint that runs now."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import Literal

from vnetlint import __version__
from vnetlint.files.paths import nearest
from vnetlint.files.regular import NotRegularError, read_regular

MAX_BYTES = 1024 * 1024
HOOKS = ".pre-commit-config.yaml"
WORKFLOWS = ".github/workflows"
GITLAB = ".gitlab-ci.yml"
JENKINS = "Jenkinsfile"
_URL = re.compile(r"^[ \t]*+url[ \t]*+=(.*)$", re.MULTILINE)
_MODULE = re.compile(r"^[ \t]*+path[ \t]*+=(.*)$", re.MULTILINE)

Forge = Literal["github", "gitlab"]


@dataclass(frozen=True)
class Surroundings:
    """What is around the XML. Paths are relative to `root`, with `/`."""

    root: str | None
    """The top of the git repository, absolute; None outside of one."""
    hooks: str | None
    """The text of pre-commit's configuration, if there is one."""
    workflows: tuple[str, ...]
    has_gitlab: bool
    has_jenkins: bool
    mentions: tuple[str, ...]
    """The files of hooks and CI that run vnetlint already."""
    forge: Forge | None
    """Where the repository is pushed to, by the CI that it has or its remote."""
    submodules: tuple[str, ...]


def surroundings(folder: str) -> Surroundings:
    """Return what is around the XML of a folder. git is not called, because it runs what a repository sets up."""
    root = nearest(os.path.abspath(folder), (".git",))
    top = root or os.path.abspath(folder)
    texts = dict(_texts(top))
    workflows = tuple(each for each in texts if each.startswith(WORKFLOWS))
    return Surroundings(
        root=root,
        hooks=texts.get(HOOKS),
        workflows=workflows,
        has_gitlab=GITLAB in texts,
        has_jenkins=JENKINS in texts,
        mentions=tuple(path for path, text in texts.items() if "vnetlint" in text),
        forge=_forge(top, bool(workflows), GITLAB in texts),
        submodules=tuple(map(str.strip, _MODULE.findall(_text(os.path.join(top, ".gitmodules")) or ""))),
    )


def _texts(top: str) -> Iterator[tuple[str, str]]:
    """Yield the files of hooks and CI with their texts."""
    try:
        names = sorted(os.listdir(os.path.join(top, WORKFLOWS)))
    except OSError:
        names = []
    paths = (f"{WORKFLOWS}/{each}" for each in names if each.endswith((".yml", ".yaml")))
    for path in (HOOKS, *paths, GITLAB, JENKINS):
        if (text := _text(os.path.join(top, path))) is not None:
            yield path, text


def _text(path: str) -> str | None:
    """Return the text of a file as it is, line ends included; None if there is none, or it is not UTF-8."""
    try:
        return read_regular(path, MAX_BYTES).decode()
    except (OSError, NotRegularError, UnicodeDecodeError):
        return None


def _forge(top: str, has_workflows: bool, has_gitlab: bool) -> Forge | None:
    if has_workflows or has_gitlab:
        return "github" if has_workflows else "gitlab"
    urls = _URL.findall(_text(os.path.join(top, ".git", "config")) or "")
    if any("github.com" in each for each in urls):
        return "github"
    return "gitlab" if any("gitlab" in each for each in urls) else None


@dataclass(frozen=True)
class Origin:
    """Where the vnetlint that runs now was installed from, so that others can install it too."""

    requirement: str | None
    """What pip installs; None if it is a folder of this machine, which others do not have."""
    repository: str | None = None
    """The address of vnetlint's repository, if it was installed from there."""
    revision: str | None = None


def origin() -> Origin:
    """Return where vnetlint was installed from, as pip recorded it (PEP 610)."""
    try:
        recorded = distribution("vnetlint").read_text("direct_url.json")
    except PackageNotFoundError:
        return Origin(None)
    return origin_of(recorded)


def origin_of(recorded: str | None) -> Origin:
    """Return the origin that a `direct_url.json` states; without one, it is the package index."""
    if recorded is None:
        return Origin(f"vnetlint=={__version__}")
    direct = json.loads(recorded)
    url, version = direct["url"], direct.get("vcs_info")
    if version and version["vcs"] == "git":
        # A local clone is of no use to others.
        if url.startswith(("/", "file:")):
            return Origin(None)
        return Origin(f"vnetlint @ git+{url}@{version['commit_id']}", url, version["commit_id"])
    return Origin(f"vnetlint @ {url}" if url.startswith(("http:", "https:")) else None)
