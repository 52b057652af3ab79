"""Finding files, reading them, and writing them so that no moment shows half a file."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from vnetlint.candidates import is_candidate, is_kept_aside
from vnetlint.errors import UserError
from vnetlint.model import model_of
from vnetlint.result import Input, Unreadable
from vnetlint.xml.limits import MAX_BYTES
from vnetlint.xml.source import DecodingError, Source, decode, judged
from vnetlint.xml.tree import parse


class MissingPathError(UserError):
    """A path that was named does not exist, or a folder holds nothing to look at; the message says which."""


class WriteError(UserError):
    """A file could not be written; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file to look at, and whether the user named it or a folder that holds it."""

    path: str
    explicit: bool


def find(paths: Iterable[str]) -> list[Named]:
    """Return the files that paths name, each once, in order; folders are walked.

    Raises MissingPathError.
    """
    found: dict[str, Named] = {}
    for path in paths:
        if os.path.isdir(path):
            below = [display(file) for file in walk(path)]
            if not below and not _holds_xml_aside(path):
                raise MissingPathError(
                    f"{path}: no libvirt XML below this folder; name a file to read it whatever it is"
                )
            for shown in below:
                found.setdefault(shown, Named(shown, explicit=False))
        elif os.path.lexists(path):
            found[display(path)] = Named(display(path), explicit=True)
        else:
            raise MissingPathError(f"{path}: no such file or folder")
    return _without_second_names(found)


def _holds_xml_aside(top: str) -> bool:
    """Whether a folder holds XML that is only read when it is named, so that it is no mistake to name the folder."""
    return any(is_kept_aside(name) for _, _, names in os.walk(top) for name in names)


def _without_second_names(found: dict[str, Named]) -> list[Named]:
    """Drop links to files that are looked at anyway, such as those by which libvirt marks what starts on its own."""
    taken = {path for path in found if not os.path.islink(path)}
    kept: list[Named] = []
    for path, named in found.items():
        if os.path.islink(path) and os.path.exists(path):
            target = display(os.path.realpath(path))
            if target in taken:
                continue
            taken.add(target)
        kept.append(named)
    return kept


def display(path: str) -> str:
    """Return a path as reports show it: relative if it is below the current folder, else absolute, with `/`."""
    absolute = os.path.abspath(path)
    here = os.getcwd().rstrip(os.sep) + os.sep
    return (absolute.removeprefix(here)).replace(os.sep, "/")


def read(path: str) -> Input:
    """Read a file, or say why it cannot be read."""
    try:
        # Opening a FIFO or a terminal would wait for somebody to write to it.
        if not stat.S_ISREG(os.stat(path).st_mode):
            if os.path.isdir(path):
                os.listdir(path)
            return Unreadable(path, "not a regular file", Source(path, ""))
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Unreadable(path, f"cannot be read: {error.strerror or error}", Source(path, ""))
    return opened(path, data)


def opened(path: str, data: bytes) -> Input:
    """Decode what was read. XML that is not libvirt's need not be decodable."""
    return _input(path, lambda: decode(path, data))


def typed(path: str, text: str) -> Input:
    """Return what `opened` makes of the same text, for the text of an editor."""
    return _input(path, lambda: judged(path, text))


def _input(path: str, decoded: Callable[[], Source]) -> Input:
    try:
        return decoded()
    except DecodingError as error:
        shown = Source(path, error.text)
        if _is_foreign(shown):
            return shown
        return Unreadable(path, error.message, shown, error.offset)


def _is_foreign(source: Source) -> bool:
    documents = parse(source)
    return bool(documents) and all(model_of(document) is None for document in documents)


def invalid(path: str) -> str:
    """Return why no file can have this path; nothing where one can."""
    return "a path cannot contain a NUL character" if "\0" in path else ""


def write(before: Source, after: Source) -> None:
    """Replace a file's text, whole or not at all, keeping its mode and owner; a link's target is written.

    Raises WriteError, also where the file is no longer what was read.
    """
    write_together([(before, after)])


def write_together(changes: Sequence[tuple[Source, Source]]) -> None:
    """Replace the texts of files, each given with the one that was read, in all of them or in none.

    Every new text is on the disk before the first file is replaced. Raises WriteError.
    """
    staged: list[tuple[Path, str]] = []
    replaced = 0
    try:
        for before, after in changes:
            with _explained(before.path):
                target = Path(os.path.realpath(before.path))
                if target.read_bytes() != before.encode():
                    raise WriteError(f"{before.path}: changed while it was being checked; run the command again")
                staged.append((target, _stage(target, after.encode())))
        for (target, name), (before, _) in zip(staged, changes, strict=True):
            with _explained(before.path):
                os.replace(name, target)
            replaced += 1
    except BaseException:
        for (target, _), (before, _) in zip(staged[:replaced], changes, strict=False):
            with suppress(OSError):
                _replace(target, before.encode())
        for _, name in staged[replaced:]:
            with suppress(FileNotFoundError):
                os.unlink(name)
        raise


@contextmanager
def _explained(path: str) -> Iterator[None]:
    """Say of which file the system refuses something."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"{path}: cannot be written: {error.strerror or error}") from None


def unwritable(path: str) -> str:
    """Return why a file could not be written, as far as that shows before the work is done; else nothing."""
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path) or path.endswith(("/", os.sep)):
        return "it is a folder"
    if not os.path.isdir(folder):
        return f"there is no folder {folder if os.path.islink(path) else os.path.dirname(path)}"
    return "" if os.access(path if os.path.exists(path) else folder, os.W_OK) else "permission denied"


def is_kept(path: str) -> bool:
    """Whether a path is a regular file, or none yet, and not a pipe or device."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode) and not os.path.abspath(path).startswith("/dev/")
    except OSError:
        return True


def save(path: str, data: bytes) -> None:
    """Write a file, new or not, whole or not at all; a pipe or device is written as it is. Raises WriteError."""
    target = Path(path if path.startswith("/dev/") else os.path.realpath(path))
    with _explained(path):
        if is_kept(str(target)):
            _replace(target, data)
        else:
            with open(target, "wb") as stream:
                stream.write(data)


def _replace(target: Path, data: bytes) -> None:
    """Put a new file in the place of an old one, with its mode and owner, or where there is none."""
    name = _stage(target, data)
    try:
        os.replace(name, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _stage(target: Path, data: bytes) -> str:
    """Write the file that is to replace another one beside it, and return its name."""
    before = target.stat() if target.exists() else None
    if before is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only")
    handle, name = tempfile.mkstemp(prefix=".vnetlint-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            made = os.fstat(file.fileno())
        if before is not None and hasattr(os, "chown") and (before.st_uid, before.st_gid) != (made.st_uid, made.st_gid):
            os.chown(name, before.st_uid, before.st_gid)
        # chown takes the set-id bits away, so the mode comes after it.
        os.chmod(name, stat.S_IMODE(before.st_mode) if before is not None else 0o666 & ~_umask())
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    return name


def _umask() -> int:
    """Return the mask of new files' modes, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def walk(top: str) -> Iterator[str]:
    """Walk a folder, passing over hidden folders and what git ignores; links to folders are not followed.

    A folder that cannot be listed is given itself, for `read` to say so: it must not look as if it were empty.
    """
    from vnetlint.gitignore import Ignored

    ignored = Ignored(top)
    unlisted: list[str] = []
    for folder, folders, names in os.walk(top, onerror=lambda error: unlisted.append(error.filename)):
        ignored.enter(folder)
        folders[:] = sorted(
            name for name in folders if name[0] != "." and not ignored.matches(os.path.join(folder, name), folder=True)
        )
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not ignored.matches(path) and is_candidate(path):
                yield path
    yield from unlisted
