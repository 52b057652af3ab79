"""Text from untrusted files, made fit for a document that every reader accepts.

Reports for machines are ASCII with escapes: a locale that is not UTF-8 cannot break them, and lone surrogates, which
stand for bytes of a file's name that are not UTF-8, never reach one. Columns are code points in our own JSON and for
people, and UTF-16 code units where editors read the format. Microsoft's SARIF validator with GitHub's rules, and the
schema of Jenkins, check them in the tests.
"""

import json
import re
from typing import Any

_HALVES = re.compile("[\ud800-\udfff]")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def scalar(text: str) -> str:
    r"""Return a text with bytes of a file name that are not UTF-8 as `\xNN`, and other lone surrogates replaced."""
    return text if text.isascii() else _HALVES.sub(lambda half: _byte(ord(half.group())), text)


def _byte(code: int) -> str:
    return rf"\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else "\ufffd"


def xml(text: str) -> str:
    """Return a text in which characters are replaced that XML 1.0 forbids, even as character references."""
    return _NO_XML.sub("\ufffd", scalar(text))


def to_json(value: Any) -> str:
    """Return a value as JSON in ASCII, which does not depend on the encoding of the terminal."""
    return json.dumps(_scalars(value), indent=2) + "\n"


def to_json_line(value: Any) -> str:
    """Return a value as one line of JSON in ASCII."""
    return json.dumps(_scalars(value)) + "\n"


def to_toml(value: Any) -> str:
    """Return a value as TOML. Its strings and numbers are those of JSON, except that TOML forbids DEL."""
    if isinstance(value, list):
        return f"[{', '.join(map(to_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{toml_key(name)} = {to_toml(each)}' for name, each in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """Return a key as TOML, in quotes if it needs them."""
    return name if name and name.isascii() and name.replace("-", "").replace("_", "").isalnum() else to_toml(name)


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
