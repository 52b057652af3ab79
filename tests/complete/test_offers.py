"""What is offered at a place, in which order, and what an insertion makes of the text."""

import re

import pytest

from tests.complete.asking import applied, cut, inserted, labels, offers, project
from vnetlint.complete.offers import Knowledge
from vnetlint.complete.pieces import plain, snippet
from vnetlint.schema import judge
from vnetlint.schema.derive import matches
from vnetlint.version import parse_version
from vnetlint.xml.tree import parse

GUEST = "<domain type='kvm'><name>g</name><memory>1</memory><os><type>hvm</type></os><devices>{}</devices></domain>"


def is_valid(text: str) -> bool:
    source, _ = cut(text + "‸")
    (document,) = parse(source)
    return matches(document.root, judge.grammar_of(document.root.name))


def test_required_elements_come_first_then_the_order_of_the_format() -> None:
    found = labels("<network><‸</network>")
    assert found[:4] == ["name", "uuid", "title", "description"]
    assert found.index("forward") < found.index("ip")
    assert offers("<network><‸</network>").items[0].detail == "required"


def test_what_may_stand_once_is_offered_once() -> None:
    assert "name" not in labels("<network><‸<name>n</name></network>")
    assert "forward" not in labels("<network><name>n</name><forward/><‸</network>")
    assert "ip" in labels("<network><name>n</name><ip/><‸<ip/></network>")


def test_half_typed_tags() -> None:
    assert "interface" in labels(GUEST.format("<inter‸"))
    assert labels(GUEST.format("<interface ty‸"))[0] == "type"
    assert labels(GUEST.format("<interface type='br‸"))[:2] == ["network", "bridge"]
    assert labels(GUEST.format('<interface type="‸'))[:2] == ["network", "bridge"]
    assert labels(GUEST.format("\n<interface type='‸\n<disk/>"))[:2] == ["network", "bridge"]


def test_the_rest_of_a_name_behind_the_cursor_is_replaced() -> None:
    assert inserted("<network><name>n</name><for‸wrad/></network>", "forward") == (
        "<network><name>n</name><forward mode='nat'/></network>"
    )
    assert inserted("<network><forward mode='na‸tt'/></network>", "nat") == "<network><forward mode='nat'/></network>"
    assert inserted("<network><forward mo‸d='nat'/></network>", "mode") == "<network><forward mode='nat'/></network>"
    assert inserted("<network><for‸wrad mode='nat'/></network>", "forward") == (
        "<network><forward mode='nat'/></network>"
    )


def test_quotes_are_those_of_the_document_and_are_added_where_they_are_missing() -> None:
    assert inserted('<network ipv6="yes"><forward mode=‸/></network>', "nat") == (
        '<network ipv6="yes"><forward mode="nat"/></network>'
    )
    assert inserted("<network><forward mode='‸\n</network>", "nat") == "<network><forward mode='nat'\n</network>"
    assert inserted('<network ipv6="yes"><forward ‸/></network>', "mode").endswith('<forward mode="nat"/></network>')


def test_an_element_brings_what_it_requires() -> None:
    text = inserted(GUEST.format("<‸"), "interface")
    assert "<interface type='network'>\n  <source network='default'/>\n</interface>" in text
    assert is_valid(text)


def test_a_value_brings_what_it_requires() -> None:
    text = inserted(GUEST.format("\n  <interface type='‸'/>\n"), "network")
    assert "\n  <interface type='network'>\n    <source network='default'/>\n  </interface>\n" in text
    assert is_valid(text)
    assert is_valid(inserted(GUEST.format("<controller type='‸'/>"), "pci"))


def test_values_that_contradict_the_children_are_not_offered() -> None:
    assert labels(GUEST.format("<interface type='‸'><source network='n'/></interface>")) == ["network"]


def test_end_tags() -> None:
    assert labels("<network><name>n</‸") == ["</name>"]
    assert inserted("<network><name>n</na‸", "</name>") == "<network><name>n</name>"
    assert "</forward>" in labels("<network><forward>\n‸\n<ip/></network>")
    assert "</forward>" not in labels("<network><forward>‸</forward></network>")


def test_texts_with_listed_values() -> None:
    text = GUEST.replace("</name>", "</name><on_crash>pre‸serv</on_crash>").format("")
    assert "preserve" in labels(text)
    assert "<on_crash>preserve</on_crash>" in inserted(text, "preserve")


def test_suppressions() -> None:
    knowledge = Knowledge(rules=lambda: {"one-rule": "One.", "other-rule": "Other."})
    assert labels("<network><!-- vnetlint: ignore[‸</network>", knowledge) == ["one-rule", "other-rule"]
    assert labels("<network><!-- vnetlint: ignore[one-rule, oth‸] why --></network>", knowledge) == [
        "one-rule", "other-rule",
    ][1:]  # fmt: skip
    assert inserted("<network><!-- vnetlint: ignore[on‸\n</network>", "one-rule", knowledge) == (
        "<network><!-- vnetlint: ignore[one-rule] reason -->\n</network>"
    )
    assert inserted("<!-- vn‸ --><network/>", "vnetlint: ignore[rule] reason") == (
        "<!-- vnetlint: ignore[rule] reason --><network/>"
    )
    assert labels("<network><!-- the network of ‸ --></network>", knowledge) == []


@pytest.mark.parametrize("text", ["<project><‸</project>", "‸<project/>", "<project a='‸'/>", "<project/>\n‸"])
def test_foreign_xml_is_left_alone(text: str) -> None:
    assert labels(text) == []


def test_a_deep_document_has_an_answer() -> None:
    deep = "<devices>" * 5000
    assert labels(f"<domain>{deep}<‸") != []


def test_metadata_is_left_alone() -> None:
    assert labels("<network><metadata><x:y xmlns:x='urn:x'><‸</x:y></metadata></network>") == []


def test_templates() -> None:
    assert labels("<network><name>{{ na‸me }}</name></network>") == []
    assert labels("<network><name>{{ name }}</name><forward mode='‸'/></network>")[0] == "nat"
    branch = "<network><name>n</name>{% if a %}<forward mode='‸'/>{% else %}<mtu size='1'/>{% endif %}</network>"
    assert labels(branch)[0] == "nat"
    other = "<network><name>n</name>{% if a %}<mtu size='1'/>{% else %}<forward mode='‸'/>{% endif %}</network>"
    assert labels(other)[0] == "nat"
    assert "mode" in labels("<network><forward {{ more }} ‸/></network>")


def test_what_is_newer_than_the_target_is_marked_and_comes_last() -> None:
    knowledge = Knowledge(target=parse_version("5.0.0"))
    found = offers("<network><name>n</name><‸</network>", knowledge).items
    newer = [each.label for each in found if each.is_newer]
    assert newer == ["title", "description", "port"]
    assert [each.label for each in found[-3:]] == newer


def test_documentation_and_version() -> None:
    found = {each.label: each for each in offers("<network><name>n</name><‸</network>").items}
    assert found["title"].documentation == "One line for people."
    assert found["title"].since == "9.7.0"


def test_snippets_of_the_protocol() -> None:
    found = {each.label: each for each in offers("<network><name>n</name><‸</network>").items}
    assert snippet(found["bridge"].pieces) == "<bridge name='${1:virbr1}'/>"
    assert re.fullmatch(r"<forward mode='\$\{1\|nat,route,.*\|\}'/>", snippet(found["forward"].pieces))
    assert snippet(found["dns"].pieces) == "<dns>\n  $0\n</dns>"
    assert plain(found["dns"].pieces) == "<dns>\n  \n</dns>"


def test_names_are_escaped() -> None:
    site = project("<network><name>a&amp;b's</name></network>")
    text = GUEST.format("<interface type='network'><source network='‸'/></interface>")
    assert "network='a&amp;b&apos;s'" in inserted(text, "a&b's", site)


TYPED = """\
<?xml version='1.0'?>
<!-- vnetlint: ignore[plain-names-leak] ours -->
<network ipv6="yes">
  <name>lan {{ x }}</name>
  <forward mode='nat'><nat><port start='1' end='2'/></nat></forward>
  <ip address='10.0.0.1' netmask='255.255.255.0'>
    <dhcp><range start='10.0.0.2' end='10.0.0.9'/><host ip="10.0.0.77" mac='52:54:00:00:00:01'/></dhcp>
  </ip>
  <metadata><a:b xmlns:a='urn:a' c='d'>é😀</a:b></metadata>
</network>
<filter name='f'><filterref filter='clean-traffic'><parameter name='IP' value='10.0.0.2'/></filterref></filter>
"""


@pytest.mark.parametrize("rest", ["whole", "cut off", "first letter missing"])
def test_every_position_while_typing_has_an_answer(rest: str) -> None:
    for offset in range(len(TYPED) + 1):
        after = {"whole": TYPED[offset:], "cut off": "", "first letter missing": TYPED[offset + 1 :]}[rest]
        text = f"{TYPED[:offset]}‸{after}"
        found = offers(text)
        start, end = found.typed
        assert not found.items or start <= offset <= end
        for each in found.items[:3]:
            applied(TYPED[:offset] + after, found, each)


def test_every_offer_in_a_valid_guest_keeps_it_valid() -> None:
    text = GUEST.format("<interface type='network'><source network='n'/>‸</interface>")
    source, _ = cut(text)
    found = offers(text)
    assert len(found.items) > 15
    for each in found.items:
        if not any(piece for piece in each.pieces if not isinstance(piece, str) and not piece.values[0]):
            assert is_valid(applied(source.text, found, each)), each.label
