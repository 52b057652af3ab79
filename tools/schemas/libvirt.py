"""Makes `libvirt.json` and `order.txt` from the annotations of the `.rnc` sources.

The annotations say what libvirt does with a fault at an element or attribute, and in which order it writes children;
`schemas/common.rnc` explains each. Here they are collected by path, such as `network/ip@address`, since a definition
that several elements share has a path in each. They are not in the `.rng` files, which have to load fast.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from tools.schemas.definitions import BuildError, Definitions
from tools.schemas.notation import ANNOTATION, SINCE, local, patterns
from tools.schemas.rng import translate

KINDS = ("domain", "network", "nwfilter")
NAMES = frozenset(
    (
        "order", "at", "of", "refuses", "says", "also-refuses", "also-says", "empty", "missing", "second", "misplaced",
        "exclusive", "unknown", "reads",
    )
)  # fmt: skip
"""The annotations that there are, besides `vn:since`."""


@dataclass(frozen=True)
class Part:
    """An element or attribute at one of its places."""

    path: str
    node: etree._Element

    def is_in(self, place: str) -> bool:
        """Whether the element that holds it is at a place, which is the end of a path."""
        element, at, _ = self.path.partition("@")
        holder = element if at else element.rpartition("/")[0]
        return f"/{holder}".endswith(f"/{place}")


def build(folder: Path) -> dict[str, bytes]:
    """The text of both files, by file name, from the `.rnc` files of a folder. Raises BuildError."""
    by_path: dict[str, dict[str, str]] = {}
    orders: dict[str, list[str]] = {}
    nowhere: dict[tuple[str, str], bool] = {}
    with tempfile.TemporaryDirectory() as made:
        for kind in KINDS:
            for part in parts(Definitions(translate(folder / f"{kind}.rnc", Path(made)))):
                said = annotations_of(part.node)
                places = said.pop("at", "").split()
                meant = [place for place in places if part.is_in(place)]
                for place in places:
                    key = (str(part.node.get("name")), place)
                    nowhere[key] = nowhere.get(key, True) and place not in meant
                if places and not meant:
                    continue
                if order := said.pop("order", ""):
                    orders[part.path.rpartition("/")[2]] = order.split()
                if said:
                    _add(by_path.setdefault(part.path, {}), said, part.path)
    for (name, place), is_nowhere in nowhere.items():
        if is_nowhere:
            raise BuildError(f"'vn:at' of '{name}' is nowhere: {place}")
    return {"libvirt.json": _rows(by_path), "order.txt": _lines(orders)}


def annotations_of(node: etree._Element) -> dict[str, str]:
    """The annotations of a node besides `vn:since`, by local name. Raises BuildError for an unknown one."""
    pairs = ((str(key), str(value)) for key, value in node.items())
    found = {key.removeprefix(ANNOTATION): value for key, value in pairs if key.startswith(ANNOTATION)}
    found.pop(SINCE.removeprefix(ANNOTATION), None)
    if unknown := sorted(found.keys() - NAMES):
        raise BuildError(f"unknown annotation 'vn:{unknown[0]}' of '{node.get('name')}'")
    return found


def parts(definitions: Definitions) -> Iterator[Part]:
    """Every element and attribute with a name, at each of its places; recursion is followed once."""
    assert definitions.start is not None
    yield from _below(definitions.start, "", frozenset(), definitions)


def _below(node: etree._Element, path: str, within: frozenset[str], definitions: Definitions) -> Iterator[Part]:
    for child in patterns(node):
        kind, name = local(child), str(child.get("name"))
        if kind == "ref":
            if name not in within:
                yield from _below(definitions.defines[name], path, within | {name}, definitions)
        elif kind == "attribute":
            yield Part(f"{path}@{name}", child)
        elif kind == "element":
            inner = f"{path}/{name}".removeprefix("/")
            yield Part(inner, child)
            yield from _below(child, inner, within, definitions)
        else:
            yield from _below(child, path, within, definitions)


def _add(known: dict[str, str], said: dict[str, str], path: str) -> None:
    """Join what several definitions say about one path."""
    for name, value in said.items():
        if known.setdefault(name, value) != value:
            raise BuildError(f"{path}: 'vn:{name}' is both '{known[name]}' and '{value}'")


def _lines(orders: Mapping[str, list[str]]) -> bytes:
    """The orders, one a line. A run that needs them needs no JSON, which takes longer to load than they do."""
    return "".join(f"{parent}: {' '.join(orders[parent])}\n" for parent in sorted(orders)).encode()


def _rows(table: Mapping[str, object]) -> bytes:
    """A table as JSON, a row a line."""
    rows = (f"{json.dumps(key)}: {json.dumps(table[key], ensure_ascii=False)}" for key in sorted(table))
    return ("{\n" + ",\n".join(rows) + "\n}\n").encode()
