"""Formatting changes white space between elements and nothing else, and only where it differs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from tests.xml.documents import documents, only_document
from vnetlint.engine.format import formatting
from vnetlint.engine.reading import read
from vnetlint.finding import Edit, Span
from vnetlint.xml.format import layout_of
from vnetlint.xml.splice import apply


def formatted(text: str, indent: str | None = None, path: str = "lan.xml", within: Span | None = None) -> str:
    """A text after formatting, which leaves it alone the second time."""
    file = read(named(path, text), None)
    after = apply(text, formatting(file, indent, within))
    if within is None:
        assert formatting(read(named(path, after), None), indent) == ()
    return after


CASES = {
    "elements get lines of their own": (
        "<network><name>n</name><ip><dhcp/></ip></network>",
        "<network>\n  <name>n</name>\n  <ip>\n    <dhcp/>\n  </ip>\n</network>\n",
    ),
    "the file's own unit and line ends are used": (
        "<network>\r\n\t<name>n</name>\r\n\t<ip>\r\n  <dhcp/></ip>\r\n</network>",
        "<network>\r\n\t<name>n</name>\r\n\t<ip>\r\n\t\t<dhcp/>\r\n\t</ip>\r\n</network>\r\n",
    ),
    "blank lines stay, blanks in them do not": (
        "<network> \n \n\n  <name>n</name>\t\n</network>\n\n\n",
        "<network>\n\n\n  <name>n</name>\n</network>\n",
    ),
    "text and its white space stay": (
        "<network>\n <name>\n  n </name>\n <description> a\n<b/> </description></network>\n",
        "<network>\n <name>\n  n </name>\n <description> a\n<b/> </description>\n</network>\n",
    ),
    "CDATA and what is beside it stays": (
        "<network>\n<description> <![CDATA[ ]]> <b/></description></network>",
        "<network>\n  <description> <![CDATA[ ]]> <b/></description>\n</network>\n",
    ),
    "an empty value stays, an empty container is closed at its level": (
        "<network>\n  <title>\n</title>\n  <dns>\n</dns>\n  <ip></ip>\n</network>\n",
        "<network>\n  <title>\n</title>\n  <dns>\n  </dns>\n  <ip></ip>\n</network>\n",
    ),
    "a comment stays as it is, on its line": (
        "<network>\n<name>n</name>   <!-- a\n b -->\n"
        "      <!-- c --><mtu size='9000'/><ip/><!-- d -->\n<!-- e -->\n</network>\n",
        "<network>\n  <name>n</name>   <!-- a\n b -->\n  <!-- c --><mtu size='9000'/>\n"
        "  <ip/><!-- d -->\n  <!-- e -->\n</network>\n",
    ),
    "attributes below each other move with their tag": (
        "<network>\n  <name>n</name>\n    <bridge name='a'\n            stp='on'\n  delay='0'/>\n  <ip/>\n</network>\n",
        "<network>\n  <name>n</name>\n  <bridge name='a'\n          stp='on'\n  delay='0'/>\n  <ip/>\n</network>\n",
    ),
    "what is around the root is at the margin": (
        "<?xml version='1.0'?>\n  <!-- a -->\n  <network/>\n <!-- b -->",
        "<?xml version='1.0'?>\n<!-- a -->\n<network/>\n<!-- b -->\n",
    ),
    "several documents": (
        "  <network/><network><ip/></network>",
        "<network/>\n<network>\n  <ip/>\n</network>\n",
    ),
    "xml:space": (
        "<network>\n<metadata xml:space='preserve'><a/> <b/></metadata></network>",
        "<network>\n  <metadata xml:space='preserve'><a/> <b/></metadata>\n</network>\n",
    ),
    "a template's statements stay": (
        "<network>\n<name>{{ n }}</name>\n{% if a %}\n<ip/>\n"
        "    {% else %}\n<ip><dhcp/>\n</ip>{% endif %}\n  </network>\n",
        "<network>\n  <name>{{ n }}</name>\n{% if a %}\n  <ip/>\n"
        "    {% else %}\n  <ip><dhcp/>\n  </ip>{% endif %}\n</network>\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_white_space_between_elements_is_formatted(before: str, after: str) -> None:
    assert formatted(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "<network><name>n</network>",
        "<network><name>n</name><ip",
        "<project><a/></project>",
        "<network xmlns='urn:a'><a/></network>",
        "<!DOCTYPE network [<!ENTITY a 'b'>]><network><ip/></network>",
        "",
        "no XML",
    ],
)
def test_what_is_broken_or_foreign_is_not_touched(text: str) -> None:
    assert formatted(text) == text


def test_a_place_at_two_levels_is_not_touched() -> None:
    text = (
        "<network>\n<name>n</name>\n{% if a %}\n<ip>\n{% endif %}\n"
        "<dhcp/>\n{% if a %}\n</ip>\n{% endif %}\n</network>\n"
    )
    after = formatted(text)
    assert "\n<dhcp/>" in after
    assert "\n  <ip>" in after


def test_a_range_is_formatted_by_lines() -> None:
    text = "<network>\n<name>n</name>\n<ip>\n<dhcp/>\n</ip>\n</network>\n"
    at = text.index("dhcp")
    assert formatted(text, "  ", within=Span(at, at + 1)) == text.replace("<dhcp", "    <dhcp")
    assert formatted(text, "  ", within=Span(0, len(text))) == formatted(text, "  ")


@given(documents(), st.sampled_from(["  ", "\t", ""]))
def test_a_document_means_the_same_afterwards(text: str, unit: str) -> None:
    def after(text: str) -> str:
        found = layout_of(only_document(text), unit, "\n")
        return apply(text, [Edit("a.xml", span, blanks) for span, blanks in found.items()])

    once = after(text)
    assert after(once) == once
    assert re.sub(r"[ \t\r\n]", "", once) == re.sub(r"[ \t\r\n]", "", text)
    assert _values(text) == _values(once)


def _values(text: str) -> list[tuple[str, object, object]]:
    """The elements with their attributes and texts; beside elements, white space does not count."""
    nodes = only_document(text).root.descendants()
    values = ((node, node.text.split() if node.children else node.text) for node in nodes)
    return [(node.path, [each[1:3] for each in node.all_attributes()], text) for node, text in values]
