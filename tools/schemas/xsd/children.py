"""The children of a type: `xs:all` or a repeated choice, and wildcards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from tools.schemas.xsd.markup import occurs, xs
from tools.schemas.xsd.pattern import Wild, is_foreign, namespace_of
from tools.schemas.xsd.uses import ElementUse, Uses

NOTHING = "nothing"
"""The group for elements without content."""


def children_of(uses: Uses, declare: Callable[[ElementUse], etree._Element], *, exact: bool) -> etree._Element:
    """The children of a type as XSD has them; `declare` makes the declaration of one."""
    own = {name: use for name, use in uses.elements.items() if isinstance(name, str) and not is_foreign(name)}
    wild = _wildcards(uses, exact)
    if not own and not wild:
        return xs("group", ref=NOTHING)
    if not exact and any(it.get("namespace") in ("##local", None) for it in wild):
        # In XSD 1.0 a wildcard must not match what is declared beside it, so it replaces those declarations.
        own = {}
    elements = [declare(use) for use in own.values()]
    children = [*elements, *wild]
    if len(children) == 1:
        return xs("sequence", *children)
    if exact:
        return xs("all", *children)
    if not wild and all(use.most == 1 for use in own.values()):
        return xs("all", *children)
    least = min(1, sum(use.least for use in own.values()))
    for child in children:
        for key in ("minOccurs", "maxOccurs"):
            child.attrib.pop(key, "")
    return xs("choice", *children, **occurs(least, None))


def _wildcards(uses: Uses, exact: bool) -> list[etree._Element]:
    """The wildcards for other namespaces, and for names that the grammar leaves open."""
    limits: dict[Wild, tuple[int, int | None]] = {}
    for name, use in uses.elements.items():
        if isinstance(name, Wild) or is_foreign(name):
            wild = name if isinstance(name, Wild) else Wild(namespace_of(name))
            least, most = limits.get(wild, (0, 0))
            total = None if most is None or use.most is None else most + use.most
            limits[wild] = (least + use.least, total)
    open_ = [wild for wild in limits if wild.namespace is None]
    found: list[etree._Element] = []
    for wild, (least, most) in limits.items():
        if wild not in open_ and any(other.covers(wild.namespace or "") for other in open_):
            continue
        found += _wildcard(wild, least, most, exact)
    return found


def _wildcard(wild: Wild, least: int, most: int | None, exact: bool) -> Iterator[etree._Element]:
    without = " ".join(name for name in wild.but if not is_foreign(name)) or None if exact else None
    if wild.namespace is not None:
        lax = "lax" if wild.namespace else "skip"
        space = wild.namespace or "##local"
        yield xs("any", namespace=space, notQName=without, processContents=lax, **occurs(least, most))
        return
    # A schema of another namespace may declare its elements; those without a namespace have no declaration here.
    yield xs("any", namespace="##other", processContents="lax", **occurs(0, most))
    if "" not in wild.but_namespaces:
        yield xs("any", namespace="##local", notQName=without, processContents="skip", **occurs(0, most))
