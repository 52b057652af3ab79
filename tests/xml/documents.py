"""Random documents that look like libvirt's, in many styles, and what other parsers read in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from xml.parsers import expat
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from lxml import etree

from tests.sources import named
from vnetlint.xml.node import Document, Node
from vnetlint.xml.tree import parse

NAMES = ("network", "name", "forward", "ip", "dhcp", "range", "host", "interface", "mac", "größe", "qemu:arg", "x.y-z")
ATTRIBUTES = ("address", "netmask", "mode", "type", "id", "qemu:value", "länge", "a.b-c")
VALUES = st.text("ab1:./ -&<>'\"\t\n\räß€😀}$%@]=", max_size=8)
WORDS = st.text("abc1 .&<>'\"\n\räß€😀]-=", min_size=1, max_size=8).filter(lambda text: text == text.strip())
PREFIX = 'xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"'


@dataclass
class Element:
    """The meaning of an element, whichever parser read it."""

    name: str
    attributes: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    children: list["Element"] = field(default_factory=list)


@dataclass(frozen=True)
class Habits:
    """How a document is written; `oddities` adds comments, instructions, CDATA and references anywhere."""

    line_end: str = "\n"
    unit: str | None = "  "
    """One level of indentation; None for a document on one line."""
    quote: str = "'"
    attribute_a_line: bool = False
    oddities: bool = False


HABITS = st.builds(
    Habits,
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    unit=st.sampled_from(["  ", "\t", "    ", None]),
    quote=st.sampled_from("'\""),
    attribute_a_line=st.booleans(),
    oddities=st.booleans(),
)


def _elements(children: st.SearchStrategy[list[Element]]) -> st.SearchStrategy[Element]:
    attributes = st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES, max_size=3).map(lambda each: list(each.items()))
    name = st.sampled_from(NAMES)
    return st.builds(Element, name, attributes, st.just(""), children) | st.builds(Element, name, attributes, WORDS)


TREES = st.recursive(
    _elements(st.just([])), lambda inner: _elements(st.lists(inner, min_size=1, max_size=4)), max_leaves=12
)


@st.composite
def documents(draw: st.DrawFn, habits: st.SearchStrategy[Habits] = HABITS) -> str:
    """Draw the text of a well-formed document."""
    return write(draw(TREES), draw(habits), Random(draw(st.integers(0, 2**16))))


def write(root: Element, habits: Habits, random: Random) -> str:
    """Return a document as text; `random` decides where oddities go."""
    writer = _Writer(habits, random)
    head = (
        f"<?xml version='1.0' encoding='UTF-8'?>{habits.line_end}" if habits.oddities and random.random() < 0.3 else ""
    )
    if habits.oddities and random.random() < 0.2:
        head += f"<!DOCTYPE {root.name}>{habits.line_end}"
    body = head + writer.comment("") + writer.element(root, "", f" {PREFIX}")
    return body + ("" if habits.unit is None else habits.line_end) + writer.comment("")


class _Writer:
    def __init__(self, habits: Habits, random: Random) -> None:
        self.habits = habits
        self.random = random

    def odd(self, chance: float = 0.2) -> bool:
        return self.habits.oddities and self.random.random() < chance

    def element(self, element: Element, indent: str, more: str = "") -> str:
        start = f"<{element.name}{more}{''.join(self.attribute(*each, indent) for each in element.attributes)}"
        space = " " if self.odd() else ""
        if not element.text and not element.children and not self.odd(0.3):
            return f"{start}{space}/>"
        end = f"</{element.name}{space}>"
        if not element.children:
            return f"{start}{space}>{self.text(element.text)}{self.odd_part()}{end}"
        if self.habits.unit is None:
            inner = "".join(self.odd_part() + self.element(child, "") for child in element.children)
            return f"{start}{space}>{inner}{end}"
        deeper, line_end = indent + self.habits.unit, self.habits.line_end
        lines = "".join(f"{self.comment(deeper)}{self.line(child, deeper)}" for child in element.children)
        return f"{start}{space}>{line_end}{lines}{indent}{end}"

    def line(self, child: Element, indent: str) -> str:
        same_line = f" {self.odd_part()}" if self.odd() else ""
        return f"{indent}{self.element(child, indent)}{same_line}{self.habits.line_end}"

    def attribute(self, name: str, value: str, indent: str) -> str:
        gap = f"{self.habits.line_end}{indent}     " if self.habits.attribute_a_line else "  " if self.odd() else " "
        equals = " = " if self.odd(0.1) else "="
        quote = self.habits.quote if not self.odd() else self.random.choice("'\"")
        kept = escape(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", quote: "&quot;" if quote == '"' else "&#39;"})
        return f"{gap}{name}{equals}{quote}{self.referenced(kept)}{quote}"

    def text(self, text: str) -> str:
        if text and "]]>" not in text and "\r" not in text and self.odd(0.1):
            return f"<![CDATA[{self.ends(text)}]]>"
        return self.referenced(self.ends(escape(text, {"\r": "&#xD;"})))

    def referenced(self, written: str) -> str:
        if not self.odd() or "&" in written:
            return written
        return "".join(f"&#{ord(char)};" if char.isalpha() and self.odd() else char for char in written)

    def ends(self, text: str) -> str:
        return text.replace("\n", self.habits.line_end)

    def odd_part(self) -> str:
        return self.random.choice(['<!-- it\'s > "odd" <a> -->', "<?keep this='>'?>", ""]) if self.odd() else ""

    def comment(self, indent: str) -> str:
        if not self.odd():
            return ""
        body = self.random.choice(["note", "<old a='1'>", f"two{self.habits.line_end}lines", "ä & 'b\" - c"])
        return f"{indent}<!-- {body} -->" + ("" if self.habits.unit is None else self.habits.line_end)


# -- what is read in a document ------------------------------------------------------------------------------------


def only_document(text: str) -> Document:
    """Return the document in a text that has one."""
    (document,) = parse(named("x.xml", text))
    return document


def as_read(node: Node) -> Element:
    """Return the meaning of a document by vnetlint's tree."""
    attributes = [(attribute.name, attribute.value) for attribute in node.all_attributes()]
    return Element(node.name, attributes, node.text, [as_read(child) for child in node.children])


def by_expat(text: str) -> Element:
    """Return the meaning of a document by expat."""
    top = Element("")
    open_elements = [top]

    def start(name: str, attributes: list[str]) -> None:
        element = Element(name, list(zip(attributes[::2], attributes[1::2], strict=True)))
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def data(piece: str) -> None:
        open_elements[-1].text += piece

    def end(_: str) -> None:
        open_elements.pop()

    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.Parse(text.encode(), True)
    return top.children[0]


def by_lxml(text: str) -> Element:
    """Return the meaning of a document by libxml2, which does not count namespace declarations as attributes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return _from_lxml(etree.fromstring(text.encode(), parser))


def _from_lxml(element: etree._Element) -> Element:
    attributes = [(_prefixed(element, str(name)), str(value)) for name, value in element.attrib.items()]
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    children = [_from_lxml(child) for child in element if isinstance(child.tag, str)]
    local = etree.QName(element).localname
    return Element(f"{element.prefix}:{local}" if element.prefix else local, attributes, text, children)


def _prefixed(element: etree._Element, name: str) -> str:
    qualified = etree.QName(name)
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items()} | {"http://www.w3.org/XML/1998/namespace": "xml"}
    prefix = prefixes.get(qualified.namespace or "")
    return f"{prefix}:{qualified.localname}" if prefix else qualified.localname


def without_namespaces(element: Element) -> Element:
    """Return an element without namespace declarations, as libxml2 reads it."""
    attributes = [(name, value) for name, value in element.attributes if not name.startswith("xmlns")]
    return Element(element.name, attributes, element.text, [without_namespaces(child) for child in element.children])


def all_of(element: Element) -> Iterator[Element]:
    """Yield an element and all elements in it, in document order."""
    yield element
    for child in element.children:
        yield from all_of(child)
