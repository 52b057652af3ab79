"""The files of a git repository at an earlier commit, read from git's object database.

A repository may come with a configuration, hooks, filters and attributes that name programs. None of them is run: git
is only asked for commits, trees and blobs, which need no index, no working tree and no filter. Missing objects of a
partial clone would be fetched by a program that the repository names, so every transport is forbidden.
"""

import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import IO

from vnetlint.errors import UserError
from vnetlint.files.paths import nearest

SECONDS = 60
"""How long git may take for one answer."""

_SAFE = ("--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
         "-c", "protocol.allow=never")  # fmt: skip
_SET = {"LC_ALL": "C", "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0"}  # fmt: skip
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE",
              "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",
              "GIT_INTERNAL_SUPER_PREFIX", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG")  # fmt: skip
"""What git sets for a hook. It would lead to the hook's repository, which may not be that of a file."""

_SHALLOW = (
    "this is a shallow clone: fetch the whole history first, with `fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` "
    "in GitLab, or `git fetch --unshallow`"
)


class GitError(UserError):
    """A repository cannot be asked for an earlier commit. The message is one line with the reason and what to do."""


@dataclass(frozen=True)
class CommittedFiles:
    """The files of one commit of a repository, by path relative to the repository's folder, with `/`."""

    top: str
    """The repository's folder, an absolute path without symbolic links."""
    blobs: Mapping[str, str]
    """The object name of each regular file."""
    modules: Mapping[str, str]
    """The commit of each submodule."""


def repository_of(path: str) -> str | None:
    """Return the folder of the repository that a file is in, which need not exist, or None."""
    return nearest(os.path.dirname(os.path.realpath(path)), (".git",))


def merge_base(top: str, revision: str) -> str:
    """Return the commit at which the present commit of a repository left a revision.

    Raises GitError if there is no such revision, or no common commit.
    """
    hint = _SHALLOW if _ask(top, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true" else ""
    commits = []
    for each in (revision, "HEAD"):
        found = _ask(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{each}^{{commit}}")
        if found.returncode or revision.startswith("-"):
            name = "the repository has no commit" if each == "HEAD" else f"unknown revision '{each}'"
            raise GitError(
                f"{top}: {name}: " + (hint or "expected a branch, tag or commit; `git branch --all` lists the branches")
            )
        commits.append(found.stdout.decode("ascii").strip())
    found = _ask(top, "merge-base", *commits)
    if found.returncode:
        raise GitError(f"{top}: '{revision}' and HEAD have no common commit: {hint or 'expected a related branch'}")
    return found.stdout.decode("ascii").strip()


def files_at(top: str, commit: str) -> CommittedFiles:
    """Return the files of a commit. Raises GitError if the repository does not have it."""
    found = _ask(top, "ls-tree", "-r", "-z", "--full-tree", commit)
    if found.returncode:
        raise GitError(f"{top}: commit {commit} cannot be read: {_reason(found.stderr)}; fetch it first")
    blobs: dict[str, str] = {}
    modules: dict[str, str] = {}
    for line in filter(None, found.stdout.split(b"\0")):
        about, _, name = line.partition(b"\t")
        mode, kind, object_name = about.decode("ascii").split()
        if kind == "commit":
            modules[os.fsdecode(name)] = object_name
        elif mode != "120000":
            blobs[os.fsdecode(name)] = object_name
    return CommittedFiles(top, blobs, modules)


def contents(top: str, blobs: Collection[str], most: int) -> Iterator[bytes]:
    """Yield the first `most` bytes of each blob, in order. Raises GitError if the repository does not have one."""
    if not blobs:
        return
    command = [_program(), *_SAFE, "-C", top, "cat-file", "--batch"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_environment(), bufsize=-1
    ) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        try:
            for blob in blobs:
                yield _content(git.stdin, git.stdout, blob, most, top)
        finally:
            git.kill()


def _content(asked: IO[bytes], answers: IO[bytes], blob: str, most: int, top: str) -> bytes:
    try:
        asked.write(f"{blob}\n".encode("ascii"))
        asked.flush()
    except BrokenPipeError:
        pass
    head = answers.readline().split()
    if len(head) != 3 or head[1] != b"blob":
        raise GitError(
            f"{top}: object {blob} is missing: in a partial clone, fetch the files first, without `--filter`"
        )
    size = int(head[2])
    data = answers.read(min(size, most))
    left = size - len(data) + 1
    while left > 0 and (skipped := answers.read(min(left, 1 << 20))):
        left -= len(skipped)
    return data


def blob_name(data: bytes, like: str) -> str:
    """Return the object name of bytes, by the hash function that the name `like` was made with."""
    function = sha1 if len(like) == 40 else sha256
    return function(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _ask(top: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [_program(), *_SAFE, "-C", top, *arguments]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env=_environment(), timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"{top}: git {arguments[0]} took longer than {SECONDS} seconds") from None
    if b"dubious ownership" in done.stderr:
        raise GitError(
            f"{top}: git does not trust this repository, because it belongs to another user: "
            f"run `git config --global --add safe.directory {top}` if you do"
        )
    if done.returncode and b"not a git repository" in done.stderr:
        raise GitError(f"{top}: not a git repository: {_reason(done.stderr)}")
    return done


def _program() -> str:
    """Return the path of git. Raises GitError if it is not installed."""
    from shutil import which

    if (program := which("git")) is None:
        raise GitError("git is not installed, and --diff-base needs it")
    return program


def _environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in _OF_A_HOOK and not name.startswith("GIT_TRACE")
    }
    return kept | _SET


def _reason(stderr: bytes) -> str:
    lines = os.fsdecode(stderr).strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else "git gives no reason"
