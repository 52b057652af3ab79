"""Atomic writes: at any moment there is either the old or the new file, whole."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vnetlint.errors import UserError
from vnetlint.files.regular import NotRegularError, read_regular

if TYPE_CHECKING:
    from vnetlint.xml.source import Source


class WriteError(UserError):
    """A file could not be written; the message says which and why."""


class FileChange(NamedTuple):
    """A file to replace: its path, the bytes that were read, and the bytes to write."""

    path: str
    before: bytes
    after: bytes

    @classmethod
    def between(cls, before: "Source", after: "Source") -> "FileChange":
        """Return the change of a file from one text to another."""
        return cls(before.path, before.encode(), after.encode())


def replace_together(changes: Sequence[FileChange]) -> None:
    """Replace all files or none, and keep their modes and owners. For a link, its target is replaced.

    All new texts are on the disk before the first file is replaced. Raises WriteError if a file cannot be written or
    is no longer what was read.
    """
    staged: list[tuple[Path, str]] = []
    replaced = 0
    try:
        for each in changes:
            with _explained(each.path):
                target = Path(os.path.realpath(each.path))
                if read_regular(str(target), len(each.before) + 1) != each.before:
                    raise WriteError(f"{each.path}: changed while it was being checked; run the command again")
                staged.append((target, _stage(target, each.after)))
        for (target, name), each in zip(staged, changes, strict=True):
            with _explained(each.path):
                os.replace(name, target)
            replaced += 1
    except BaseException:
        for (target, _), each in zip(staged[:replaced], changes, strict=False):
            with suppress(OSError):
                _replace(target, each.before)
        for _, name in staged[replaced:]:
            with suppress(FileNotFoundError):
                os.unlink(name)
        raise


class NewFile(NamedTuple):
    """A file to make, and its bytes. Folders above it are made too."""

    path: str
    data: bytes


def create_together(files: Sequence[NewFile], changes: Sequence[FileChange] = ()) -> None:
    """Make all files and replace others, or do none of it. A file that exists already is never overwritten.

    Raises WriteError if one exists already or cannot be written.
    """
    folders: list[Path] = []
    staged: list[tuple[Path, str]] = []
    made: list[Path] = []
    try:
        for each in files:
            with _explained(each.path):
                target = Path(os.path.abspath(each.path))
                _make_folders(target.parent, folders)
                staged.append((target, _stage(target, each.data)))
        for (target, name), each in zip(staged, files, strict=True):
            with _explained(each.path):
                _take_name(target)
            made.append(target)
            with _explained(each.path):
                os.replace(name, target)
        replace_together(changes)
    except BaseException:
        for path in (*made, *(Path(name) for _, name in staged)):
            with suppress(OSError):
                path.unlink()
        for folder in reversed(folders):
            with suppress(OSError):
                folder.rmdir()
        raise


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it, and note each one that was not there."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _take_name(target: Path) -> None:
    """Make an empty file, so that nothing else can be written under its name. Raises OSError if there is one."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Turn an error of the system into a WriteError that names the file."""
    try:
        yield
    except NotRegularError:
        raise WriteError(f"{path}: cannot be written: not a regular file") from None
    except OSError as error:
        raise WriteError(f"{path}: cannot be written: {error.strerror or error}") from None


def unwritable(path: str) -> str:
    """Return why a file could not be written, or an empty string if no reason is known beforehand."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path) or path.endswith(("/", os.sep)):
        return "it is a folder"
    if not os.path.isdir(folder):
        return f"there is no folder {folder if os.path.islink(path) else os.path.dirname(path)}"
    return "" if os.access(path if os.path.exists(path) else folder, os.W_OK) else "permission denied"


def is_kept(path: str) -> bool:
    """Whether a path is a regular file or does not exist yet, and is not a pipe or device."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode) and not os.path.abspath(path).startswith("/dev/")
    except OSError:
        return True


def save(path: str, data: bytes) -> None:
    """Write a file atomically, whether it exists or not. A pipe or device is written directly.

    Raises WriteError if it cannot be written.
    """
    target = Path(path if path.startswith("/dev/") else os.path.realpath(path))
    with _explained(path):
        if is_kept(str(target)):
            _replace(target, data)
        else:
            with open(target, "wb") as stream:
                stream.write(data)


def _replace(target: Path, data: bytes) -> None:
    """Write a file atomically. If it replaces another one, it gets the mode and owner of that one."""
    name = _stage(target, data)
    try:
        os.replace(name, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _stage(target: Path, data: bytes) -> str:
    """Write a new file next to the one that it will replace, and return its name."""
    before = target.stat() if target.exists() else None
    if before is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only")
    import tempfile

    handle, name = tempfile.mkstemp(prefix=".vnetlint-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            made = os.fstat(file.fileno())
        if before is not None and hasattr(os, "chown") and (before.st_uid, before.st_gid) != (made.st_uid, made.st_gid):
            os.chown(name, before.st_uid, before.st_gid)
        # chown clears the set-user-ID and set-group-ID bits, so the mode is set after it.
        os.chmod(name, stat.S_IMODE(before.st_mode) if before is not None else 0o666 & ~_umask())
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    return name


def _umask() -> int:
    """Return the umask of the process, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
