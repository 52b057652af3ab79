"""XPath in policies: what it selects, what it may not say, templates, and that it ends soon."""

import time
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.documents import of_pages
from tests.policy.probe import found, guest, messages
from tests.sources import named
from tests.worktime import in_time
from vnetlint.policy.language import LanguageError
from vnetlint.policy.xpath import xpath
from vnetlint.policy.xpathtree import XPathSelection
from vnetlint.xml.tree import parse
from vnetlint.xml.wellformed import check

BRIDGED = guest(
    "<interface type='bridge'><source bridge='br0'/><mac address='52:54:00:00:00:01'/></interface>"
    "<interface type='network'><source network='lan'/></interface><disk type='file'/>"
)
PIECES = st.sampled_from(
    ["//", "/", "interface", "*", "@", "[", "]", "(", ")", "..", ".", "not", "count(", "contains(", "'x'", "=", "|",
     "and", "or", "ancestor::", "preceding-sibling::", "descendant::", "1", ",", "qemu:arg", "text()", " ", "last()"]
)  # fmt: skip


def selected(expression: str, text: str, name: str = "a.xml") -> list[str]:
    document = parse(named(name, text))[0]
    return [each.path for each in XPathSelection(xpath(expression)).of(document)]


@pytest.mark.parametrize(
    ("expression", "paths"),
    [
        ("//interface[source/@network]", ["/domain/devices[1]/interface[2]"]),
        ("/domain/devices/interface[not(mac)]", ["/domain/devices[1]/interface[2]"]),
        ("//interface[@type='bridge' and starts-with(mac/@address, '52:54:00')]", ["/domain/devices[1]/interface[1]"]),
        ("//interface[2]", ["/domain/devices[1]/interface[2]"]),
        ("//interface[preceding-sibling::interface]", ["/domain/devices[1]/interface[2]"]),
        ("//interface[../../name='web'][2]", ["/domain/devices[1]/interface[2]"]),
        ("//source/..", ["/domain/devices[1]/interface[1]", "/domain/devices[1]/interface[2]"]),
        ("/domain[name='web']/name | //disk", ["/domain/name[1]", "/domain/devices[1]/disk[1]"]),
        ("//*[local-name()='disk']", ["/domain/devices[1]/disk[1]"]),
        ("//domain[count(devices/interface) > 1]", ["/domain"]),
        ("/network", []),
    ],
)
def test_an_expression_selects_elements(expression: str, paths: list[str]) -> None:
    assert selected(expression, BRIDGED) == paths


ASKED = (
    "//*[@type='bridge']", "//interface[not(mac)]", "//*[@*='network' or @*='bridge']", "//interface[../interface[2]]",
    "//*[count(*) > 1]", "//source[@network or @bridge]", "//interface[not(source/@*='lan')]", "//*[not(@type)]",
    "//interface[preceding-sibling::*[@type='network']]", "//*[starts-with(@type, 'b')]/source",
    "//*[ancestor::*/@type]",
    "//ip[@address and not(dhcp)]", "//*[last()]", "//*[string-length(@type) > 4]", "/*/*[2] | //forward[@mode='nat']",
)  # fmt: skip


@pytest.mark.slow
def test_libxml2_selects_the_same_in_the_file_itself() -> None:
    compared = 0
    for _, text in of_pages("Bad"):
        documents = parse(named("a.xml", text))
        if len(documents) == 1 and check(documents[0]) is None and "xmlns" not in text:
            root = etree.fromstring(text.strip().encode())
            order = {element: number for number, element in enumerate(root.iter(etree.Element))}
            ours = {node: number for number, node in enumerate(documents[0].root.descendants())}
            for each in ASKED:
                found = [ours[node] for node in XPathSelection(xpath(each)).of(documents[0])]
                assert found == [order[element] for element in cast("list[etree._Element]", root.xpath(each))], (
                    each,
                    text,
                )
                compared += bool(found)
    assert compared > 300


@pytest.mark.parametrize("expression", ASKED)
def test_what_is_selected_in_a_template_is_in_each_document_that_it_becomes(expression: str) -> None:
    templates = (
        "<interface type='@@'><source network='lan'/></interface><interface type='network'/>",
        "<interface type='bridge'><source bridge='@@'/></interface>",
        "<interface type='bridge'><mac address='@@'/></interface><disk type='@@'/><interface type='@@' managed='no'/>",
    )
    for each in map(guest, templates):
        found = set(selected(expression, each.replace("@@", "{{ value }}"), "a.xml.j2"))
        for value in ("bridge", "network", "lan", "x", ""):
            assert found <= set(selected(expression, each.replace("@@", value))), (expression, each, value)


def test_a_name_is_as_it_is_written() -> None:
    text = "<domain xmlns:qemu='q'><qemu:commandline><qemu:arg value='a'/></qemu:commandline><a xmlns='x'/></domain>"
    assert selected("//qemu:arg[@value='a']", text) == ["/domain/qemu:commandline[1]/qemu:arg[1]"]
    assert selected("//a[not(@xmlns)]", text) == ["/domain/a[1]"]


@pytest.mark.parametrize(
    ("expression", "inside", "count"),
    [
        ("//interface", "<interface type='{{ kind }}'/>", 1),
        ("//interface[@type='bridge']", "<interface type='{{ kind }}'/>", 0),
        ("//interface[not(@type='bridge')]", "<interface type='{{ kind }}'/>", 0),
        ("//interface[not(mac)]", "<interface type='{{ kind }}'/>", 1),
        ("//interface[not(mac)]", "<interface type='bridge'>{{ more }}</interface>", 0),
        ("//interface[not(@managed)]", "<interface type='bridge' {{ more }}/>", 0),
        ("//interface[not(mac)]", "<interface type='bridge'/><disk type='{{ kind }}'>{{ more }}</disk>", 1),
        ("//interface[not(../disk[@type='file'])]", "<interface type='bridge'/><disk type='{{ kind }}'/>", 0),
        ("/domain[not(title='x')]/devices/interface", "<interface type='bridge'/>{{ more }}", 0),
    ],
)
def test_what_a_placeholder_decides_is_not_selected(expression: str, inside: str, count: int) -> None:
    assert len(selected(expression, guest(inside), "a.xml.j2")) == count


def test_a_rule_has_an_xpath_alone_or_with_a_kind() -> None:
    alone = "xpath = '//interface[source/@bridge]'\nvalue = 'source/@bridge'\nallow = ['br1']\n"
    assert messages(alone + "message = '{element} of {document}: {value}'", BRIDGED) == ["interface of web: br0"]
    both = "select = 'interface where type = \"bridge\"'\nxpath = '//interface[mac]'\nrequired = 'filter'\n"
    assert messages(both + "message = '{guest.name}'", BRIDGED) == ["web"]
    assert messages(both.replace("[mac]", "[vlan]"), BRIDGED) == []
    assert len(found("xpath = '//disk'\nrequired = '/serial'", BRIDGED)) == 1


def test_a_value_of_selected_elements_is_unique() -> None:
    rule = "xpath = '//disk/source'\nvalue = '@file'\nunique = 'project'"
    disk = "<disk><source file='a'/></disk>"
    assert messages(rule, guest(disk), guest(disk, "db")) == ["'a' of '@file' is used twice"]


def test_a_document_that_is_too_large_is_reported_once() -> None:
    many = guest("<interface type='bridge'><source bridge='br0'/></interface>" * 2000)
    for select in ("", "select = 'interface'\n"):
        started = time.process_time()
        rule = select + "xpath = '//interface[preceding-sibling::interface]'\nrequired = '/mac'"
        assert messages(rule, many) == ["not checked: the rule's XPath takes too long in a document of 4,003 elements"]
        assert in_time(time.process_time() - started, 3)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_every_text_is_an_expression_that_libxml2_reads_or_an_error_within_it(text: str) -> None:
    try:
        expression = xpath("//" + text)
    except LanguageError as error:
        place = error.at
    else:
        place = 0
        XPathSelection(expression).of(parse(named("a.xml", BRIDGED))[0])
    assert 0 <= place <= len(text) + 2


WIDE = guest("<interface type='bridge'><source bridge='br0'/><a><b/></a></interface>" * 10_000)
DEEP = f"<domain>{('<a>' * 200 + '</a>' * 200) * 100}</domain>"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [WIDE, guest(WIDE[120:20_000]), DEEP, DEEP[:14_008]], ids=["wide", "mid", "deep", "few"]
)
def test_an_expression_ends_soon(text: str) -> None:
    document = parse(named("a.xml", text))[0]
    for each in (
        "//*//*//*", "//*/../*/../*", "//*[.//*[.//*]]", "//*[count(//*) > 0]", "//*[*/* = */*]", "//*[.//* = .//*]",
        "//*[contains(., 'aaaaaaaaaaaab')]", "//interface|//source|//*", "//*[ancestor::*[ancestor::*]]",
        "//b[string-length(ancestor::*) > 3]", "//*[string(.//*) = 'x']", "//*[preceding-sibling::*/* = '1']",
        "//*[normalize-space() = 'a'][.//b or ..//b]", "//*[../../* = 'x']", "//*/following-sibling::*[1]", "//*[*|*]",
    ):  # fmt: skip
        selection = XPathSelection(xpath(each))
        selection.of(parse(named("b.xml", BRIDGED))[0])
        started = time.process_time()
        assert selection.is_too_costly(document) or selection.of(document) is not None
        assert in_time(time.process_time() - started, 2), each
