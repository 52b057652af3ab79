"""An outline answers as the tree does that it was made of."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import mutate
from tests.sources import named
from vnetlint.finding import Span
from vnetlint.model import model_of
from vnetlint.xml import edit, wellformed
from vnetlint.xml.edit import el
from vnetlint.xml.node import Document, Node
from vnetlint.xml.outline import OutlineDocument, OutlineNode, outline_of, packed
from vnetlint.xml.source import DecodingError, Source, decode
from vnetlint.xml.tree import parse

GUEST = """<?xml version="1.0"?>
<!-- a guest -->
<domain type='kvm'>
  <name>web &amp; mail</name>
  <memory unit='GiB'>2</memory>
  <devices>
    <disk type='file'><source file='/a'/></disk>
    <interface type='network'><mac address='52:54:00:00:00:01'/><source network="lan"/></interface>
    <!-- the second -->
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
    <controller type='usb'/>
  </devices>
</domain>
"""


def outlined(text: str) -> tuple[Node, Node]:
    source = named("a.xml", text)
    document = parse(source)[0]
    outline = outline_of(document)
    assert outline is not None
    return OutlineDocument(source, outline, 0).root, document.root


def said(node: Node) -> tuple[object, ...]:
    """All that a node tells by itself."""
    attributes = {name: (each.value, each.start, *each.value_span) for name, each in node.attributes.items()}
    spans = node.span, node.open_span, node.name_span, node.content_span
    values = node.values, [node.get(name) for name in node.values]
    return (
        node.name,
        node.path,
        spans,
        node.closed,
        node.is_empty_tag,
        attributes,
        values,
        node.text,
        len(node.children),
    )


def test_what_is_kept_and_what_is_not_answer_alike() -> None:
    root, whole = outlined(GUEST)
    for ours, theirs in zip(root.descendants(), whole.descendants(), strict=True):
        assert said(ours) == said(theirs)
        assert not isinstance(ours, OutlineNode) or (ours == theirs and theirs == ours)


def test_children_are_found_by_name_whether_kept_or_not() -> None:
    root, whole = outlined(GUEST)
    for name in ("name", "memory", "devices", "clock"):
        assert [said(each) for each in root.all(name)] == [said(each) for each in whole.all(name)]
        assert (root.child(name) is None) == (whole.child(name) is None)
    devices, theirs = root.child("devices"), whole.child("devices")
    assert devices is not None
    assert theirs is not None
    for name in ("interface", "disk", "controller", "video"):
        assert [said(each) for each in devices.all(name)] == [said(each) for each in theirs.all(name)]
    assert isinstance(devices.all("interface")[1], OutlineNode)


def test_edits_are_those_of_the_tree() -> None:
    root, whole = outlined(GUEST)
    new = el("interface", {"type": "user"})
    made = []
    for each in (root, whole):
        devices = each.child("devices")
        assert devices is not None
        first, second = devices.all("interface")
        made.append(
            (
                edit.insert(devices, new),
                edit.remove(second),
                edit.set_attribute(first, "type", "bridge"),
                edit.move(second, each),
                edit.wrap_all((first, second), el("group")),
                edit.insert_comment(second, " here "),
                edit.insert(first, el("model", {"type": "virtio"}), leaving=first.all("mac")),
            )
        )
    assert made[0] == made[1]
    assert all(made[0])


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE network><network/>",
        "<network><name>a</network>",
        "<network>",
    ],
)
def test_of_a_text_that_needs_explaining_there_is_none(text: str) -> None:
    assert outline_of(parse(named("a.xml", text))[0]) is None


@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_any_document_and_its_outline_answer_alike(random: Random) -> None:
    try:
        source = decode(named("a.xml", "").key, mutate.document(random))
    except DecodingError:
        return
    for number, document in enumerate(parse(source)):
        if wellformed.check(document) is None and not source.is_template and model_of(document) is not None:
            _compare(source, number, document)


def _compare(source: Source, number: int, document: Document) -> None:
    outline = outline_of(document)
    if outline is None:
        assert document.doctype or document.cut or not all(each.closed for each in document.root.descendants())
        return
    assert outline.is_whole
    made = OutlineDocument(source, outline, number)
    assert [said(each) for each in made.root.descendants()] == [said(each) for each in document.root.descendants()]
    assert made.span == document.span
    assert [each.span for each in made.comments] == [each.span for each in document.comments]


@pytest.mark.parametrize(
    ("shape", "values", "spans"),
    [
        ("-1 a", [], [0, 1, 2, 3]),
        ("-1 a", [""], [0, 1, 2]),
        ("0 a", [""], [0, 1, 2, 3]),
        ("-1 a\n1 b", ["", ""], [*range(8)]),
        ("-1 a\n5 b", ["", ""], [*range(8)]),
        ("-1", [""], [0, 1, 2, 3]),
        ("", [], []),
    ],
)
def test_what_is_no_outline_is_seen(shape: str, values: list[str], spans: list[int]) -> None:
    assert not packed(shape, values, spans).is_whole


def test_an_outline_of_a_large_file_keeps_its_places() -> None:
    root, whole = outlined(f"<network><!--{'x' * 70000}--><name>a</name></network>")
    assert [each.span for each in root.children] == [each.span for each in whole.children] == [Span(70016, 70030)]
