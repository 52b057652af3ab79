"""Every edit changes what its name says and nothing else, in every style of file, as if a person had made it."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from itertools import pairwise, product
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xml.documents import (
    ATTRIBUTES,
    VALUES,
    WORDS,
    Element,
    as_read,
    by_lxml,
    documents,
    only_document,
    without_namespaces,
)  # fmt: skip
from vnetlint.finding import Edit
from vnetlint.fixes import apply, with_leftovers
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, el
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.tree import Attribute, Document, Node, parse

# -- examples ------------------------------------------------------------------------------------------------------

Operation = Callable[[Document], Edits]


def _find(document: Document, name: str) -> Node:
    return next(node for node in document.root.descendants() if node.name == name)


def _attribute(document: Document, element: str, name: str) -> Attribute:
    return _find(document, element).attributes[name]


ROUTE = el("route", {"family": "ipv6", "gateway": "fd00::2"})
DHCP = el("dhcp", None, el("range", {"start": "10.0.0.2", "end": "10.0.0.9"}))

EXAMPLES: dict[str, tuple[str, Operation, str]] = {
    "a value keeps its quotes": (
        """<ip address="10.0.0.1" netmask='255.0.0.0'/>""",
        lambda d: edit.set_attribute(d.root, "address", "10.0.0.\"2'"),
        """<ip address="10.0.0.&quot;2'" netmask='255.0.0.0'/>""",
    ),
    "a new attribute goes behind the last and is quoted like it": (
        """<ip address="10.0.0.1"/>""",
        lambda d: edit.set_attribute(d.root, "family", "ipv4"),
        """<ip address="10.0.0.1" family="ipv4"/>""",
    ),
    "the first attribute is quoted as the rest of the file": (
        """<a><b c="1"/><ip /></a>""",
        lambda d: edit.set_attribute(_find(d, "ip"), "family", "ipv4"),
        """<a><b c="1"/><ip family="ipv4" /></a>""",
    ),
    "where attributes have a line each the new one has its own": (
        """
        <ip address='10.0.0.1'
            netmask='255.0.0.0'>
        </ip>
        """,
        lambda d: edit.set_attribute(d.root, "family", "ipv4"),
        """
        <ip address='10.0.0.1'
            netmask='255.0.0.0'
            family='ipv4'>
        </ip>
        """,
    ),
    "a removed attribute takes its line along": (
        """
        <ip address='10.0.0.1'
            netmask='255.0.0.0'
            family='ipv4'/>
        """,
        lambda d: edit.remove_attribute(_attribute(d, "ip", "netmask")),
        """
        <ip address='10.0.0.1'
            family='ipv4'/>
        """,
    ),
    "the last attribute goes and the space before the slash stays": (
        "<ip address='10.0.0.1' />",
        lambda d: edit.remove_attribute(_attribute(d, "ip", "address")),
        "<ip />",
    ),
    "an attribute is renamed and its value left alone": (
        "<ip adress = '10.0.0.1&#32;'/>",
        lambda d: edit.rename_attribute(_attribute(d, "ip", "adress"), "address"),
        "<ip address = '10.0.0.1&#32;'/>",
    ),
    "an attribute is not renamed to one that is there": (
        "<ip adress='1' address='2'/>",
        lambda d: edit.rename_attribute(_attribute(d, "ip", "adress"), "address"),
        "<ip adress='1' address='2'/>",
    ),
    "an element is renamed in both tags": (
        "<network><ipp a='ipp'>ipp</ipp ></network>",
        lambda d: edit.rename(_find(d, "ipp"), "ip"),
        "<network><ip a='ipp'>ipp</ip ></network>",
    ),
    "of two that share a line the blank between them goes too": (
        """
        <network>
          <ip/> <dns/>
          <mtu/> <mac/> <vlan/>
        </network>
        """,
        lambda d: edit.remove(_find(d, "ip")) + edit.remove(_find(d, "mac")),
        """
        <network>
          <dns/>
          <mtu/> <vlan/>
        </network>
        """,
    ),
    "strays are wrapped together with the comments between them": (
        """
        <domain>
          <interface>
            <mac/>
          </interface>
          <!-- the second -->
          <disk/>
          <name>web</name>
          <emulator>/usr/bin/qemu</emulator>
        </domain>
        """,
        lambda d: edit.wrap_all([_find(d, "interface"), _find(d, "disk"), _find(d, "emulator")], el("devices")),
        """
        <domain>
          <devices>
            <interface>
              <mac/>
            </interface>
            <!-- the second -->
            <disk/>
            <emulator>/usr/bin/qemu</emulator>
          </devices>
          <name>web</name>
        </domain>
        """,
    ),
    "what is unwrapped moves back by a step": (
        """
        <interface>
          <protocol family='ipv4'>
            <!-- static -->
            <ip address='10.0.0.1'>
              <x/>
            </ip>
          </protocol>
        </interface>
        """,
        lambda d: edit.unwrap(_find(d, "protocol")),
        """
        <interface>
          <!-- static -->
          <ip address='10.0.0.1'>
            <x/>
          </ip>
        </interface>
        """,
    ),
    "pieces of one text go together": (
        """
        <network>
          a note<![CDATA[ here]]>
          <ip/>
        </network>
        """,
        lambda d: edit.remove_text(d.root),
        """
        <network>
          <ip/>
        </network>
        """,
    ),
    "a removed element takes its line and leaves the comments": (
        """
        <network>
          <!-- above -->
          <ip/>
          <dns/> <!-- beside -->
        </network>
        """,
        lambda d: edit.remove(_find(d, "ip")),
        """
        <network>
          <!-- above -->
          <dns/> <!-- beside -->
        </network>
        """,
    ),
    "what shares its line stays": (
        """
        <network>
          <ip/><!-- why -->
          <dns/> <mtu/>
        </network>
        """,
        lambda d: edit.remove(_find(d, "ip")) + edit.remove(_find(d, "mtu")),
        """
        <network>
          <!-- why -->
          <dns/>
        </network>
        """,
    ),
    "an element of several lines goes whole": (
        "<a>\r\n\t<ip>\r\n\t\t<dhcp/>\r\n\t</ip>\r\n\t<dns/>\r\n</a>\r\n",
        lambda d: edit.remove(_find(d, "ip")),
        "<a>\r\n\t<dns/>\r\n</a>\r\n",
    ),
    "a child goes where libvirt writes it": (
        """
        <network>
          <name>lan</name>
          <ip address='10.0.0.1'/>
          <portgroup name='a'/>
        </network>
        """,
        lambda d: edit.insert(d.root, ROUTE),
        """
        <network>
          <name>lan</name>
          <ip address='10.0.0.1'/>
          <route family='ipv6' gateway='fd00::2'/>
          <portgroup name='a'/>
        </network>
        """,
    ),
    "before all others where none comes first": (
        """
        <network> <!-- of the office -->
          <portgroup name='a'/>
        </network>
        """,
        lambda d: edit.insert(d.root, el("name", text="r&d")),
        """
        <network> <!-- of the office -->
          <name>r&amp;d</name>
          <portgroup name='a'/>
        </network>
        """,
    ),
    "an empty tag is opened for its first child": (
        """
        <network>
          <ip address='10.0.0.1' />
        </network>
        """,
        lambda d: edit.insert(_find(d, "ip"), DHCP),
        """
        <network>
          <ip address='10.0.0.1'>
            <dhcp>
              <range start='10.0.0.2' end='10.0.0.9'/>
            </dhcp>
          </ip>
        </network>
        """,
    ),
    "a pair of tags is put on lines of their own": (
        "<network>\n\t<ip></ip>\n</network>\n",
        lambda d: edit.insert(_find(d, "ip"), el("dhcp")),
        "<network>\n\t<ip>\n\t\t<dhcp/>\n\t</ip>\n</network>\n",
    ),
    "tags on two lines take a child between them": (
        "<network>\n</network>\n",
        lambda d: edit.insert(d.root, el("name", text="lan")),
        "<network>\n  <name>lan</name>\n</network>\n",
    ),
    "one line stays one line": (
        "<network><ip/></network>",
        lambda d: edit.insert(d.root, DHCP) + edit.insert(_find(d, "ip"), DHCP),
        "<network><ip><dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></ip>"
        "<dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></network>",
    ),
    "a root alone stays on its line": (
        "<network/>\n",
        lambda d: edit.insert(d.root, el("ip")),
        "<network><ip/></network>\n",
    ),
    "old Macs end lines with a carriage return": (
        "<network>\r  <ip/>\r</network>\r",
        lambda d: edit.insert(d.root, ROUTE),
        "<network>\r  <ip/>\r  <route family='ipv6' gateway='fd00::2'/>\r</network>\r",
    ),
    "before an element is before the comments that belong to it": (
        """
        <a>
          <b/> <!-- of b -->
          <!-- one -->
          <!-- two -->
          <c/>
        </a>
        """,
        lambda d: edit.insert_before(_find(d, "c"), el("new")),
        """
        <a>
          <b/> <!-- of b -->
          <new/>
          <!-- one -->
          <!-- two -->
          <c/>
        </a>
        """,
    ),
    "a comment beyond an empty line belongs to nobody": (
        """
        <a>
          <!-- section -->

          <c/>
        </a>
        """,
        lambda d: edit.insert_before(_find(d, "c"), el("new")),
        """
        <a>
          <!-- section -->

          <new/>
          <c/>
        </a>
        """,
    ),
    "behind an element is behind the comment on its line": (
        """
        <a>
          <b/> <!-- of b -->
          <c/>
        </a>
        """,
        lambda d: edit.insert_after(_find(d, "b"), el("new")),
        """
        <a>
          <b/> <!-- of b -->
          <new/>
          <c/>
        </a>
        """,
    ),
    "an element is replaced by two": (
        """
        <a>
          <b>x</b>
        </a>
        """,
        lambda d: edit.replace(_find(d, "b"), el("c"), el("d", None, el("e"))),
        """
        <a>
          <c/>
          <d>
            <e/>
          </d>
        </a>
        """,
    ),
    "a wrapped element moves in by a level": (
        """
        <a>
          <b>
            <c/>

          </b>
        </a>
        """,
        lambda d: edit.wrap(_find(d, "b"), el("ip", {"family": "ipv4"})),
        """
        <a>
          <ip family='ipv4'>
            <b>
              <c/>

            </b>
          </ip>
        </a>
        """,
    ),
    "a moved element takes the indentation of its new place and keeps its text": (
        """
        <network>
          <dhcp>
            <!-- the printer -->
            <host  mac='52:54:00:00:00:01'/>
          </dhcp>
          <ip address='10.0.0.1'>
            <tftp root='/srv'/>
          </ip>
        </network>
        """,
        lambda d: edit.move(_find(d, "dhcp"), _find(d, "ip")),
        """
        <network>
          <ip address='10.0.0.1'>
            <tftp root='/srv'/>
            <dhcp>
              <!-- the printer -->
              <host  mac='52:54:00:00:00:01'/>
            </dhcp>
          </ip>
        </network>
        """,
    ),
    "an element moves to its place among its siblings": (
        """
        <network>
          <ip/>
          <name>lan</name>
        </network>
        """,
        lambda d: edit.move(_find(d, "name"), d.root),
        """
        <network>
          <name>lan</name>
          <ip/>
        </network>
        """,
    ),
    "text is replaced and the space around it stays": (
        "<name>\n  lan <!-- the old one -->\n</name>",
        lambda d: edit.set_text(d.root, "r&d"),
        "<name>\n  r&amp;d <!-- the old one -->\n</name>",
    ),
    "where there is nothing but space the text takes its place": (
        "<name>\n</name>",
        lambda d: edit.set_text(d.root, "lan"),
        "<name>lan</name>",
    ),
    "an empty tag is opened for its text": (
        "<name />",
        lambda d: edit.set_text(d.root, "lan"),
        "<name>lan</name>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_edit_looks_as_if_a_person_had_made_it(title: str) -> None:
    before, operation, after = EXAMPLES[title]
    assert _made(_lines(before), operation) == _lines(after)


REFUSED: dict[str, tuple[str, Operation]] = {
    "a tag that is half typed": ("<a><b c='1'", lambda d: edit.set_attribute(_find(d, "b"), "c", "2")),
    "an element that is never closed": ("<a><b>", lambda d: edit.rename(_find(d, "b"), "c")),
    "a document with entities of its own": (
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a><b/></a>",
        lambda d: edit.remove(_find(d, "b")),
    ),
    "the root, to be removed": ("<a/>", lambda d: edit.remove(d.root)),
    "the root, to be wrapped": ("<a/>", lambda d: edit.wrap(d.root, el("b"))),
    "a sibling of the root": ("<a/>", lambda d: edit.insert_after(d.root, el("b")) + edit.insert_before(d.root, ROUTE)),
    "an element, to be moved into itself": ("<a><b><c/></b></a>", lambda d: edit.move(_find(d, "b"), _find(d, "c"))),
    "text beside children": ("<a>x<b/></a>", lambda d: edit.set_text(d.root, "y")),
    "text in several pieces": ("<a>x<!-- c -->y</a>", lambda d: edit.set_text(d.root, "y")),
    "text in CDATA": ("<a><![CDATA[x]]></a>", lambda d: edit.set_text(d.root, "y")),
    "a value without quotes": ("<a b=1></a>", lambda d: edit.set_attribute(d.root, "b", "2")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_edited_safely_is_not_edited(what: str) -> None:
    text, operation = REFUSED[what]
    assert operation(only_document(text)) == ()


def _lines(text: str) -> str:
    return dedent(text[1:]).rstrip(" ") if text.startswith("\n ") else text


def _made(text: str, operation: Operation) -> str:
    return apply(text, operation(only_document(text)))


# -- every operation on any element of any document ----------------------------------------------------------------

NEW = el("new", {"value": "<\"ü'>\n"}, el("inner", text="x&y"), el("empty"))
NEW_MEANS = Element("new", [("value", "<\"ü'>\n")], "", [Element("inner", [], "x&y"), Element("empty")])


class Case:
    """A document, one of its elements, and what its parts mean, to be changed as the edit should change it."""

    def __init__(self, text: str, number: int, name: str, value: str, word: str) -> None:
        self.text = text
        self.document = only_document(text)
        nodes = list(self.document.root.descendants())
        self.node = nodes[number % len(nodes)]
        self.other = nodes[(number * 7 + 3) % len(nodes)]
        self.name, self.value, self.word = name, value, word
        self.meaning = as_read(self.document.root)

    def of(self, node: Node, top: Element | None = None) -> Element:
        """Return the meaning of an element in `top`, or in this document."""
        if node.parent is None:
            return top or self.meaning
        return self.of(node.parent, top).children[node.parent.children.index(node)]

    def siblings(self, top: Element | None = None) -> list[Element]:
        """Return the list that contains the element."""
        assert self.node.parent is not None
        return self.of(self.node.parent, top).children

    @property
    def place(self) -> int:
        return 0 if self.node.parent is None else self.node.parent.children.index(self.node)


CASES = st.builds(
    Case,
    documents(),
    st.integers(0, 50),
    st.sampled_from(ATTRIBUTES),
    VALUES,
    WORDS.filter(lambda word: "\r" not in word),
)


@given(CASES)
def test_set_attribute_changes_one_value(case: Case) -> None:
    element = case.of(case.node)
    attributes = dict(element.attributes) | {case.name: case.value}
    element.attributes = list(attributes.items())
    _holds(case, edit.set_attribute(case.node, case.name, case.value), [case.meaning])


@given(CASES)
def test_remove_attribute_removes_one(case: Case) -> None:
    for attribute in case.node.all_attributes():
        if attribute.name in ATTRIBUTES and not attribute.name.startswith("qemu:"):
            expected = deepcopy(case.meaning)
            case.of(case.node, expected).attributes.remove((attribute.name, attribute.value))
            _holds(case, edit.remove_attribute(attribute), [expected])


@given(CASES)
def test_rename_attribute_keeps_its_value_and_place(case: Case) -> None:
    for number, attribute in enumerate(case.node.all_attributes()):
        if not attribute.name.startswith("xmlns"):
            expected = deepcopy(case.meaning)
            case.of(case.node, expected).attributes[number] = ("new", attribute.value)
            _holds(case, edit.rename_attribute(attribute, "new"), [expected])


@given(CASES)
def test_rename_changes_one_name(case: Case) -> None:
    case.of(case.node).name = "new"
    _holds(case, edit.rename(case.node, "new"), [case.meaning])


@given(CASES)
def test_remove_removes_one_element_and_leaves_no_blank_line(case: Case) -> None:
    edits = edit.remove(case.node)
    assert bool(edits) == (case.node.parent is not None)
    if edits:
        del case.siblings()[case.place]
        after = _holds(case, edits, [case.meaning], lost=case.node)
        own = case.text[case.node.start : case.node.end]
        assert _blank_lines(after) == _blank_lines(case.text) - _blank_lines(own)
        (span,) = (each.span for each in edits)
        around = case.text[span.start : case.node.start] + case.text[case.node.end : span.end]
        assert not around.strip()


@given(CASES)
def test_replace_puts_others_in_its_place(case: Case) -> None:
    if case.node.parent is not None:
        case.siblings()[case.place : case.place + 1] = [NEW_MEANS, Element("second")]
        edits = edit.replace(case.node, NEW, el("second"))
        assert [each.span for each in edits] == [case.node.span]
        _holds(case, edits, [case.meaning], lost=case.node)


@given(CASES)
def test_insert_only_inserts_one_child(case: Case) -> None:
    edits = edit.insert(case.node, NEW)
    _only_inserts(edits, case.node)
    _holds(case, edits, _with_new_child(case, case.node, NEW_MEANS))


@given(CASES)
def test_insert_before_and_after_only_insert_beside(case: Case) -> None:
    if case.node.parent is not None:
        for make, place in ((edit.insert_before, case.place), (edit.insert_after, case.place + 1)):
            expected = deepcopy(case.meaning)
            case.siblings(expected).insert(place, NEW_MEANS)
            edits = make(case.node, NEW)
            _only_inserts(edits, case.node.parent)
            _holds(case, edits, [expected])


@given(CASES)
def test_wrap_puts_one_element_around(case: Case) -> None:
    if case.node.parent is not None:
        siblings = case.siblings()
        siblings[case.place] = Element("around", [("value", case.value)], "", [siblings[case.place]])
        _holds(case, edit.wrap(case.node, el("around", {"value": case.value})), [case.meaning])


@given(CASES)
def test_move_takes_an_element_elsewhere_as_it_is(case: Case) -> None:
    edits = edit.move(case.node, case.other)
    inside = case.node.start <= case.other.start < case.node.end
    assert bool(edits) != inside
    if edits:
        moved = case.of(case.node)
        target = case.of(case.other)
        case.siblings().pop(case.place)
        expected = []
        for place in range(len(target.children) + 1):
            target.children.insert(place, moved)
            expected.append(deepcopy(case.meaning))
            target.children.pop(place)
        _holds(case, edits, expected)


@given(CASES)
def test_wrap_all_gathers_children_of_one_element(case: Case) -> None:
    nodes = case.node.children[::2]
    if nodes:
        siblings = case.of(case.node).children
        gathered = siblings[::2]
        del siblings[::2]
        siblings.insert(0, Element("around", [], "", gathered))
        after = _holds(case, edit.wrap_all(nodes, el("around")), [case.meaning])
        assert _blank_lines(after) <= _blank_lines(case.text)


@given(CASES)
def test_move_all_takes_children_elsewhere_together(case: Case) -> None:
    nodes = case.node.children[1:]
    edits = edit.move_all(nodes, case.other) if nodes else ()
    if edits:
        moved = case.of(case.node).children[1:]
        target = case.of(case.other)
        del case.of(case.node).children[1:]
        expected = []
        for place in range(len(target.children) + 1):
            target.children[place:place] = moved
            expected.append(deepcopy(case.meaning))
            del target.children[place : place + len(moved)]
        after = _holds(case, edits, expected)
        assert _blank_lines(after) <= _blank_lines(case.text)


@given(CASES)
def test_unwrap_leaves_the_children_in_place(case: Case) -> None:
    edits = edit.unwrap(case.node)
    if edits and case.node.children:
        siblings = case.siblings()
        siblings[case.place : case.place + 1] = siblings[case.place].children
        if not case.node.text.strip():
            _holds(case, edits, [case.meaning])


@given(CASES)
def test_removed_text_leaves_no_blank_line(case: Case) -> None:
    edits = edit.remove_text(case.node)
    if edits:
        after = apply(case.text, edits)
        assert only_document(after).root.document.elements == case.document.elements
        assert _blank_lines(after) <= _blank_lines(case.text)
        assert Counter(_kept(after)) == Counter(_kept(case.text))


@given(CASES)
def test_text_becomes_comments(case: Case) -> None:
    edits = edit.comment_out_text(case.node)
    if edits:
        after = apply(case.text, edits)
        meaning = by_lxml(after)
        assert len(_walk(meaning)) == len(_walk(case.meaning))
        assert len(_kept(after)) > len(_kept(case.text))


@given(CASES)
def test_set_text_changes_the_text_of_an_element_without_children(case: Case) -> None:
    edits = edit.set_text(case.node, case.word)
    pieces = [text for _, (start, end) in case.node.text_spans() if (text := case.text[start:end]).strip()]
    possible = not case.node.children and len(pieces) < 2 and not "".join(pieces).startswith("<![CDATA[")
    assert bool(edits) == possible
    if edits:
        case.of(case.node).text = case.word
        _holds(case, edits, [case.meaning])


@given(documents(), VALUES, st.integers(0, 50))
def test_edits_for_several_changes_are_made_at_once(text: str, value: str, number: int) -> None:
    document = only_document(text)
    nodes = list(document.root.descendants())
    node = nodes[number % len(nodes)]
    edits = (
        *edit.set_attribute(node, "new", value),
        *edit.rename(node, "renamed"),
        *(made for child in node.children[:1] for made in edit.remove(child)),
        *(made for child in node.children[1:2] for made in edit.set_attribute(child, "other", value)),
        *(made for child in node.children[2:3] for made in edit.insert(child, NEW)),
    )
    after = apply(text, edits)
    meaning = by_lxml(after)
    (changed,) = [each for each in _walk(meaning) if each.name == "renamed"]
    assert dict(changed.attributes)["new"] == value
    assert len(changed.children) == max(len(node.children) - 1, 0)
    assert sum(each.name == "new" for each in _walk(meaning)) == (len(node.children) > 2)


def _holds(case: Case, edits: Edits, expected: list[Element], lost: Node | None = None) -> str:
    """Make edits; check that the text means what is expected, and that comments and line ends are kept."""
    assert edits
    after = apply(case.text, edits)
    meaning = _plain(by_lxml(after))
    assert any(meaning == _plain(without_namespaces(each)) for each in expected)
    kept = Counter(_kept(case.text))
    if lost is not None:
        kept -= Counter(_kept(case.text[slice(*lost.span)]))
    assert Counter(_kept(after)) == kept
    assert set(_line_ends(after)) <= (set(_line_ends(case.text)) or {"\n"})
    _do_not_overlap(edits)
    return after


def _plain(element: Element) -> Element:
    """Return an element without the white space between elements, which edits may change."""
    text = re.sub(r"\s+", "", element.text) if element.children else element.text.strip(" \t\r\n")
    return Element(element.name, element.attributes, text, [_plain(child) for child in element.children])


def _walk(element: Element) -> list[Element]:
    return [element, *(each for child in element.children for each in _walk(child))]


def _with_new_child(case: Case, parent: Node, child: Element) -> list[Element]:
    expected = []
    for place in range(len(parent.children) + 1):
        one = deepcopy(case.meaning)
        case.of(parent, one).children.insert(place, child)
        expected.append(one)
    return expected


def _only_inserts(edits: Edits, parent: Node) -> None:
    (made,) = edits
    if made.span.start != made.span.end:
        assert re.fullmatch(r"\s*/>", parent.document.source.excerpt(made.span))
        assert made.span.end == parent.open_end
    assert parent.start < made.span.start <= parent.end


def _do_not_overlap(edits: tuple[Edit, ...]) -> None:
    spans = sorted(each.span for each in edits)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def _kept(text: str) -> list[str]:
    kinds = (TokenKind.COMMENT, TokenKind.INSTRUCTION)
    return [text[token.start : token.end] for token in scan(text) if token.kind in kinds]


def _line_ends(text: str) -> list[str]:
    return re.findall("\r\n|\r|\n", text)


def _blank_lines(text: str) -> int:
    return sum(not line.strip() for line in re.split("\r\n|\r|\n", text))


@pytest.mark.parametrize("names", ["ab", "bc", "ac", "abc"])
def test_what_is_removed_together_leaves_as_little_as_one_by_one(names: str) -> None:
    for blanks in product(("", " ", "\n  ", "\n\n  "), repeat=4):
        text = "<n>{}<a/>{}<b/>{}<c/>{}</n>\n".format(*blanks)
        edits = [each for name in names for each in _removal(text, name)]
        spans = sorted(each.span for each in edits)
        if any(one.end > other.start for one, other in pairwise(spans)):
            # The engine makes these in two rounds.
            continue
        alone = text
        for name in names:
            alone = apply(alone, _removal(alone, name))
        assert apply(text, with_leftovers(text, edits)) == alone


def _removal(text: str, name: str) -> Sequence[Edit]:
    node = parse(Source("x.xml", text))[0].root.child(name)
    assert node is not None
    return edit.remove(node)
