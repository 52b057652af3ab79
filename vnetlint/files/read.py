"""Read the files that a run checks. A file that cannot be read is an input too, with the reason."""

from collections.abc import Callable

from vnetlint.files.regular import NotRegularError, read_regular
from vnetlint.inputkey import FileKey, InputKey
from vnetlint.xml.limits import MAX_BYTES
from vnetlint.xml.source import DecodingError, Input, Source, Unreadable, decode, judged


def read(path: str) -> Input:
    """Return a file as an input: its text, or why it cannot be read."""
    key = FileKey(path)
    try:
        data = read_regular(path, MAX_BYTES + 1)
    except NotRegularError:
        return Unreadable(key, "not a regular file", Source(key, ""))
    except OSError as error:
        return Unreadable(key, f"cannot be read: {error.strerror or error}", Source(key, ""))
    return opened(key, data)


def read_later(path: str) -> Input:
    """Return what `read` does, without the text, which is read again when it is needed."""
    found = read(path)
    if not isinstance(found, Source) or not isinstance(found.key, FileKey):
        return found
    from vnetlint.xml.later import LaterSource, digest_of

    return LaterSource(found.key, read, digest_of(found))


def opened(key: InputKey, data: bytes) -> Input:
    """Return bytes as an input: their text, or why they cannot be decoded. Only libvirt's XML has to be decodable."""
    return _input(key, lambda: decode(key, data))


def typed(key: InputKey, text: str) -> Input:
    """Return the text of an editor as an input, with the same checks as `opened`."""
    return _input(key, lambda: judged(key, text))


def _input(key: InputKey, decoded: Callable[[], Source]) -> Input:
    try:
        return decoded()
    except DecodingError as error:
        shown = Source(key, error.text)
        if _is_foreign(shown):
            return shown
        return Unreadable(key, error.message, shown, error.offset)


def _is_foreign(source: Source) -> bool:
    # Here, because a run in which nothing changed needs neither trees nor the model.
    from vnetlint.model import model_of
    from vnetlint.xml.tree import parse

    documents = parse(source)
    return bool(documents) and all(model_of(document) is None for document in documents)
