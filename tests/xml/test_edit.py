"""Every edit of any element in any document changes what its name says, and nothing else."""

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
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
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, el
from vnetlint.xml.node import Node
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.splice import apply, with_leftovers
from vnetlint.xml.tree import parse

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
    node = parse(named("x.xml", text))[0].root.child(name)
    assert node is not None
    return edit.remove(node)
