"""Text from untrusted files, made fit for a document: none of it can be refused by who reads the report."""

import json
import re
from typing import Any

_HALVES = re.compile("[\ud800-\udfff]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def scalar(text: str) -> str:
    r"""Write what stands for the bytes of a file's name that are no UTF-8 as `\xNN`; other lone surrogates go."""
    return _HALVES.sub(lambda half: _byte(ord(half.group())), text)


def _byte(code: int) -> str:
    return rf"\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else "\ufffd"


def xml(text: str) -> str:
    """Replace what XML 1.0 cannot hold, not even as a character reference."""
    return _NO_XML.sub("\ufffd", scalar(text))


def to_json(value: Any) -> str:
    """Write JSON in ASCII, which is the same in whatever encoding the terminal has."""
    return json.dumps(_scalars(value), indent=2) + "\n"


def _scalars(value: Any) -> Any:
    match value:
        case str():
            return scalar(value)
        case list():
            return [_scalars(each) for each in value]
        case dict():
            return {key: _scalars(each) for key, each in value.items()}
        case _:
            return value
