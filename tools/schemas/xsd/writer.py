"""A grammar as a file in XSD 1.1 or, looser, in 1.0."""

from __future__ import annotations

from lxml import etree

from tools.schemas.xsd.children import NOTHING
from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.markup import XS, documentation, xs
from tools.schemas.xsd.pattern import Element, Note, Wild, alternatives, is_foreign
from tools.schemas.xsd.reading import XsdError
from tools.schemas.xsd.types import Types

VC = "http://www.w3.org/2007/XMLSchema-versioning"
NOTICE = " Made from {source} by tools/schemas; edit its sources (*.rnc), not this. "


def document(grammar: Grammar, version: str, source: str) -> bytes:
    """The schema of a grammar, whose file is `source`, as a file. Raises XsdError."""
    exact = version == "1.1"
    types = Types(grammar, exact=exact)
    roots = [types.element([element]) for element in _roots(grammar, source)]
    prefixes = {"xs": XS}
    if exact:
        prefixes |= {prefix: uri for uri, prefix in grammar.prefixes.items()} | {"vc": VC}
    root = etree.Element(f"{{{XS}}}schema", nsmap=prefixes)
    if exact:
        root.set(f"{{{VC}}}minVersion", "1.1")
    root.extend(roots)
    root.extend(types.complex.values())
    root.extend(types.attributes.groups[name] for name in sorted(types.attributes.groups))
    if any(group.get("ref") == NOTHING for group in root.iter(f"{{{XS}}}group")):
        root.append(_nothing())
    root.extend(types.values.named[name] for name in sorted(types.values.named))
    used = {prefix for prefix in prefixes if any(f"{prefix}:" in test.get("test", "") for test in root.iter())}
    etree.cleanup_namespaces(root, keep_ns_prefixes=[*used, "xs"])
    root.addprevious(etree.Comment(NOTICE.format(source=source)))
    etree.indent(root)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _roots(grammar: Grammar, source: str) -> list[Element]:
    roots = []
    for element in alternatives(grammar.expand(grammar.start)):
        if not isinstance(element, Element) or isinstance(element.name, Wild) or is_foreign(element.name):
            raise XsdError(f"{source}: the root is not an element with a name without namespace")
        roots.append(element)
    return roots


def _nothing() -> etree._Element:
    text = "No element; only white space and comments. (A type without content would refuse a line break.)"
    wildcard = xs("any", namespace="", minOccurs=0, processContents="skip")
    return xs("group", documentation(Note(text)), xs("sequence", wildcard), name=NOTHING)
