"""What the sources of the schemas say about libvirt, by path, such as `network/ip@address`.

`schemas/common.rnc` explains the annotations; `make schemas` collects them from all sources into one file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache

from vnetlint.datafolders import schemas
from vnetlint.xml.node import Node


def annotation(path: str, name: str) -> str | None:
    """The value of an annotation of the element or attribute at a path; None if it has none of that name."""
    return annotations_at(path).get(name)


def annotations_at(path: str) -> Mapping[str, str]:
    """All annotations of the element or attribute at a path."""
    return _by_path().get(path, {})


def every(*names: str) -> Iterator[tuple[str, str]]:
    """All annotations of some names: the path and the value."""
    for path, said in _by_path().items():
        yield from ((path, said[name]) for name in names if name in said)


def path_of(node: Node, attribute: str = "") -> str:
    """The names of the elements from the root to a node, joined by `/`; with an attribute, `@` and its name."""
    steps = [node.name, *(above.name for above in node.ancestors())]
    return "/".join(reversed(steps)) + (f"@{attribute}" if attribute else "")


@cache
def _by_path() -> dict[str, dict[str, str]]:
    text = (schemas() / "libvirt.json").read_text("utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return table
