"""Schema faults mended: what was probably meant first, and never an edit that leaves the fault."""

import pytest

from vnetlint.engine import Settings, lint
from vnetlint.finding import Fix
from vnetlint.mend import apply
from vnetlint.xml.source import Source

NETWORK = "<network>\n  <name>lan</name>\n{}</network>\n"
GUEST = "<domain type='kvm'>\n  <name>web</name>\n  <devices>\n{}  </devices>\n</domain>\n"
INTERFACE = "    <interface type='network'>\n      <source network='lan'/>\n{}    </interface>\n"


def fixes(text: str, path: str = "lan.xml") -> tuple[Fix, ...]:
    """The fixes of the only finding."""
    (finding,) = [each for each in lint([Source(path, text)], Settings()).findings if each.rule.startswith("schema-")]
    return finding.fixes


def titles(text: str) -> list[str]:
    return [fix.title for fix in fixes(text)]


@pytest.mark.parametrize(
    ("inner", "first"),
    [
        ("  <forwad mode='nat'/>\n", "Rename it to <forward>"),
        ("  <bogus/>\n", "Remove <bogus>"),
        ("  <forward mod='nat'/>\n", "Rename it to 'mode'"),
        ("  <forward speed='1'/>\n", "Remove 'speed'"),
        ("  <forward mode='NAT'/>\n", "Make it 'nat'"),
        ("  <forward mode='briged'/>\n", "Make it 'bridge'"),
        ("  <bridge name='virbr5' stp='yes'/>\n", "Make it 'on'"),
        ("  <mac address='52-54-00-12-34-56'/>\n", "Make it '52:54:00:12:34:56'"),
        ("  <mac address='52:54:00:12:34:56!'/>\n", "Make it '52:54:00:12:34:56'"),
        ("  <mtu size='1500'/>\n  <mtu size='9000'/>\n", "Remove the second <mtu>"),
        ("  <ip address='10.0.0.1'><range start='10.0.0.2' end='10.0.0.3'/><dhcp/></ip>\n", "Move it into <dhcp>"),
        ("  a note\n", "Remove the text"),
    ],
)  # fmt: skip
def test_what_was_meant_comes_first(inner: str, first: str) -> None:
    assert titles(NETWORK.format(inner))[0] == first


def test_no_edit_leaves_the_only_fault() -> None:
    for inner in ("  <mac address='nonsense'/>\n", "  <mac/>\n", "  <mtu size='big'/>\n", "  <uuid>x</uuid>\n"):
        text = NETWORK.format(inner)
        for fix in fixes(text):
            if fix.edits:
                mended = apply(text, fix.edits)
                assert not [
                    each for each in lint([Source("lan.xml", mended)], Settings()).findings if "schema" in each.rule
                ]


def test_a_template_is_mended_as_what_it_becomes() -> None:
    text = NETWORK.format("  <forward mode='${MODE}'/>\n  <bogus/>\n  <ip address='${ADDRESS}' prefix='24'/>\n")
    assert titles(text) == ["Remove <bogus>"]


def test_a_value_that_a_person_has_to_give_is_asked_for() -> None:
    shown = [fix for fix in fixes(NETWORK.format("  <mac address='nonsense'/>\n")) if fix.safety == "display"]
    assert [(fix.title, fix.snippet, fix.edits) for fix in shown] == [("Give 'address' a value", "address='…'", ())]


def test_no_value_is_chosen_by_accident() -> None:
    shown, *others = fixes(NETWORK.format("  <forward mode='elsewhere'/>\n"))
    assert (shown.title, shown.safety) == ("Give 'mode' one of its values", "display")
    assert shown.snippet.startswith("mode='")
    assert "Remove 'mode'" in [fix.title for fix in others]
    shown, *others = fixes(GUEST.replace("'kvm'", "''").format(""), "web.xml")
    assert (shown.title, shown.safety) == ("Give 'type' one of its values", "display")


def test_a_document_is_named_as_its_file() -> None:
    text = "<network>\n  <forward mode='nat'/>\n</network>\n"
    (first, *_) = fixes(text, "site/dmz.xml")
    assert apply(text, first.edits) == "<network>\n  <name>dmz</name>\n  <forward mode='nat'/>\n</network>\n"


def test_of_two_that_say_the_same_one_goes_safely() -> None:
    twice = NETWORK.format("  <mtu size='1500'/>\n  <mtu size='1500'/>\n")
    assert fixes(twice)[0].safety == "safe"
    assert fixes(twice.replace("1500", "9000", 1))[0].safety == "unsafe"


def test_attributes_that_a_quote_has_joined_are_parted() -> None:
    text = NETWORK.format(
        "  <ip address='10.0.0.1'>\n    <dhcp>\n      <range start='10.0.0.2 end=10.0.0.9'/>\n    </dhcp>\n  </ip>\n"
    )
    findings = [
        each for each in lint([Source("lan.xml", text)], Settings()).findings if each.rule == "schema-bad-value"
    ]
    assert "<range start='10.0.0.2' end='10.0.0.9'/>" in apply(text, findings[0].fixes[0].edits)


def test_an_unbound_prefix_is_declared() -> None:
    inner = "<name>web</name>\n  <qemu:commandline>\n    <qemu:arg value='-s'/>\n  </qemu:commandline>"
    text = f"<domain type='kvm'>\n  {inner}\n</domain>\n"
    (finding,) = lint([Source("web.xml", text)], Settings()).findings
    assert finding.message == "undeclared prefix 'qemu': libvirt drops <qemu:commandline>"
    mended = apply(text, finding.fixes[0].edits)
    assert mended.startswith("<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>")
    assert lint([Source("web.xml", mended)], Settings()).findings == ()


def test_a_moved_element_finds_its_home() -> None:
    inner = INTERFACE.format("") + "    <filterref filter='clean-traffic'/>\n"
    text = GUEST.format(inner)
    (first, *_) = fixes(text)
    expected = GUEST.format(INTERFACE.format("      <filterref filter='clean-traffic'/>\n"))
    assert apply(text, first.edits) == expected
