"""Broken, odd and hostile files, made from the project's own examples and rule pages by a source of randomness."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random

from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent.parent
Files = Mapping[str, bytes]

VALUES = (
    "", " ", "0", "-1", "1", "²", "①", "٣", "9" * 5000, "1e9", "0x10", "yes", "no", "on", "nat", "route", "bridge",
    "10.0.0.1", "10.0.0.0/24", "::1", "fe80::1%eth0", "255.255.255.0", "300.1.1.1", "default", "virtio", "ä", "ﬀ",
    "&amp;", "&#10;", "&#x1F600;", "&lt;", "]]&gt;", "\u2028", "\x85", "{{ x }}", "${X}", "$X", "@X@", "%X%",
    "52:54:00:00:00:01", "ff:ff:ff:ff:ff:ff", "x" * 300, "a b", "../../etc/passwd", "2147483648",
    "18446744073709551616",
)  # fmt: skip
NAMES = (
    "name", "mode", "dev", "address", "prefix", "netmask", "ip", "forward", "bridge", "dhcp", "range", "host", "nat",
    "port", "start", "end", "family", "gateway", "route", "interface", "source", "model", "type", "mac", "target",
    "filterref", "filter", "rule", "vlan", "tag", "portgroup", "virtualport", "devices", "network", "domain", "x", "ä",
    "xml:id", "qemu:arg", "dns", "srv", "txt", "mtu", "driver", "queues", "parameter", "metadata",
)  # fmt: skip
PIECES = (
    "<", ">", "&", "'", '"', "/>", "</a>", "<a>", "<!--", "-->", "<!-- c -->", "<![CDATA[", "]]>", "<?x?>", "\0",
    "\x01", "\x1b", "\x7f", "\ufffe", "\r\n", "\r", "\t", "\u2028", "&x;", "&#0;", "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "=", "=''",
    "{{ a }}", "{% if a %}", "{% endif %}", "{% for a in b %}", "{% endfor %}", "<%= a %>", "${A}", "@A@", "%A%",
    "{{", "%}",
    "<?xml version='1.0'?>", "<!-- vnetlint: ignore[schema-unknown-element] x -->", "<!-- vnetlint: ignore[] -->",
    "<network/>", "<ip/>", "<forward/>", "text", " xmlns:a='b'", " a:b='c'", "<x:y/>",
)  # fmt: skip
_TOKEN = re.compile(r"<[^<>]*>|[^<>]+|[<>]")
_ATTRIBUTE = re.compile(r"\s+([\w:.-]+)\s*=\s*(?:'([^']*)'|\"([^\"]*)\")")
_TAG_NAME = re.compile(r"<([\w:.-]+)")


@cache
def seeds() -> tuple[str, ...]:
    """The documents to begin with, each once."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "examples").rglob("*.xml"))]
    for rule in builtin():
        for section in ("Bad", "Fixed", "Good"):
            texts += [block.text for block in rule.page.blocks(section) if block.language == "xml"]
    return tuple(dict.fromkeys(texts))


def project(random: Random) -> dict[str, bytes]:
    """Return a few files, most of which nearly make sense."""
    count = random.choice((1, 1, 1, 2, 3))
    endings = (".xml", ".xml", ".xml", ".xml.j2")
    return {f"{name}{random.choice(endings)}": document(random) for name in "abc"[:count]}


def document(random: Random) -> bytes:
    """Return the bytes of one file."""
    text = random.choice(seeds())
    for _ in range(random.choice((0, 0, 0, 0, 1, 2))):
        text += random.choice(seeds())
    for _ in range(random.choice((0, 1, 1, 2, 3, 5, 12))):
        text = random.choice(_MUTATIONS)(text, random)
    return _encoded(text[:200_000], random)


def _encoded(text: str, random: Random) -> bytes:
    match random.randrange(24):
        case 0:
            return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")
        case 1:
            return text.encode("utf-16", "replace")
        case 2:
            return (f"<?xml version='1.0' encoding='ISO-8859-1'?>\n{text}").encode("latin-1", "replace")
        case 3:
            return text.replace("\n", "\r\n").encode("utf-8", "replace")
        case 4:
            data = bytearray(text.encode("utf-8", "replace"))
            for _ in range(random.randrange(1, 4)):
                data[_at(data, random) : _at(data, random)] = bytes([random.randrange(256)])
            return bytes(data[:200_000])
        case _:
            return text.encode("utf-8", "replace")


def _at(text: str | bytearray, random: Random) -> int:
    return random.randrange(len(text) + 1)


def _piece(text: str, random: Random) -> str:
    at = _at(text, random)
    return text[:at] + random.choice(PIECES) + text[at:]


def _cut(text: str, random: Random) -> str:
    start = _at(text, random)
    return text[:start] + text[start + random.choice((1, 1, 2, 5, 40)) :]


def _ends(text: str, random: Random) -> str:
    return text[: _at(text, random)] if random.randrange(4) == 0 else text[_at(text, random) // 8 :]


def _with_tokens(change: Callable[[list[str], int, Random], None]) -> Callable[[str, Random], str]:
    def mutate(text: str, random: Random) -> str:
        tokens = _TOKEN.findall(text)
        if tokens:
            change(tokens, random.randrange(len(tokens)), random)
        return "".join(tokens)

    return mutate


def _drop(tokens: list[str], at: int, random: Random) -> None:
    del tokens[at]


def _double(tokens: list[str], at: int, random: Random) -> None:
    tokens.insert(random.randrange(len(tokens)), tokens[at])


def _swap(tokens: list[str], at: int, random: Random) -> None:
    other = random.randrange(len(tokens))
    tokens[at], tokens[other] = tokens[other], tokens[at]


def _new_text(tokens: list[str], at: int, random: Random) -> None:
    tokens[at : at + 1] = [tokens[at], random.choice(VALUES)] if tokens[at].startswith("<") else [random.choice(VALUES)]


def _insert_element(tokens: list[str], at: int, random: Random) -> None:
    name, other = random.choice(NAMES), random.choice(NAMES)
    tokens.insert(at, f"<{name} {other}='{random.choice(VALUES)}'/>")


def _copy_element(tokens: list[str], at: int, random: Random) -> None:
    start, end = _element(tokens, at)
    to = random.randrange(len(tokens) + 1)
    tokens[to:to] = tokens[start:end] * random.choice((1, 1, 1, 2, 20))


def _move_element(tokens: list[str], at: int, random: Random) -> None:
    start, end = _element(tokens, at)
    moved = tokens[start:end]
    del tokens[start:end]
    to = random.randrange(len(tokens) + 1)
    tokens[to:to] = moved


def _remove_element(tokens: list[str], at: int, random: Random) -> None:
    start, end = _element(tokens, at)
    del tokens[start:end]


def _nest(tokens: list[str], at: int, random: Random) -> None:
    start, end = _element(tokens, at)
    name, depth = random.choice(NAMES), random.choice((1, 1, 3, 40))
    tokens[start:end] = [f"<{name}>"] * depth + tokens[start:end] + [f"</{name}>"] * depth


def _rename_element(tokens: list[str], at: int, random: Random) -> None:
    start, end = _element(tokens, at)
    found = _TAG_NAME.match(tokens[start])
    if found is None:
        return
    name = random.choice((random.choice(NAMES), _typo(found[1], random)))
    tokens[start] = tokens[start].replace(found[1], name, 1)
    if end - start > 1:
        tokens[end - 1] = f"</{name}>"


def _element(tokens: list[str], at: int) -> tuple[int, int]:
    """Return the range of tokens of the element that starts at or before one."""
    while at and not _TAG_NAME.match(tokens[at]):
        at -= 1
    depth = 0
    for number in range(at, len(tokens)):
        token = tokens[number]
        if token.startswith("</"):
            depth -= 1
        elif _TAG_NAME.match(token) and not token.endswith("/>"):
            depth += 1
        if depth <= 0:
            return at, number + 1
    return at, at + 1


def _with_attribute(write: Callable[[re.Match[str], Random], str]) -> Callable[[str, Random], str]:
    def mutate(text: str, random: Random) -> str:
        found = list(_ATTRIBUTE.finditer(text))
        if not found:
            return text
        chosen = random.choice(found)
        return text[: chosen.start()] + write(chosen, random) + text[chosen.end() :]

    return mutate


def _written(name: str, value: str, random: Random) -> str:
    quote = random.choice("'\"")
    return f" {name}={quote}{value.replace(quote, '')}{quote}"


def _value(found: re.Match[str]) -> str:
    return found[2] if found[2] is not None else found[3]


def _no_attribute(found: re.Match[str], random: Random) -> str:
    return ""


def _new_value(found: re.Match[str], random: Random) -> str:
    return _written(found[1], random.choice(VALUES), random)


def _near_value(found: re.Match[str], random: Random) -> str:
    return _written(found[1], _typo(_value(found), random), random)


def _misspelt(found: re.Match[str], random: Random) -> str:
    return _written(_typo(found[1], random), _value(found), random)


def _other_attribute(found: re.Match[str], random: Random) -> str:
    return found[0] + _written(random.choice(NAMES), random.choice((random.choice(VALUES), _value(found))), random)


def _twice(found: re.Match[str], random: Random) -> str:
    return found[0] * 2


def _typo(word: str, random: Random) -> str:
    at = _at(word, random)
    return random.choice((word[:at] + word[at + 1 :], word[:at] + random.choice("aeinrst-_ .9") + word[at:]))


_TOKEN_CHANGES = (
    _drop, _double, _swap, _new_text, _insert_element, _copy_element, _move_element, _remove_element, _nest,
    _rename_element, _rename_element,
)  # fmt: skip
_ATTRIBUTE_CHANGES = (_no_attribute, _new_value, _near_value, _misspelt, _misspelt, _other_attribute, _twice)
_MUTATIONS: tuple[Callable[[str, Random], str], ...] = (
    _piece, _cut, _ends, *map(_with_tokens, _TOKEN_CHANGES), *map(_with_attribute, _ATTRIBUTE_CHANGES),
)  # fmt: skip
