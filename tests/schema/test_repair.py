"""Fixes of schema faults: first what was probably meant, and never an edit that leaves the fault."""

import time
from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from vnetlint.engine import fix as fixing
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding, Fix
from vnetlint.rulebook.catalogue import builtin
from vnetlint.schema.names import meant_by
from vnetlint.settings import FixPolicy, Settings
from vnetlint.version import parse_version
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

NETWORK = "<network>\n  <name>lan</name>\n{}</network>\n"
GUEST = "<domain type='kvm'>\n  <name>web</name>\n  <devices>\n{}  </devices>\n</domain>\n"
INTERFACE = "    <interface type='network'>\n      <source network='lan'/>\n{}    </interface>\n"


SCHEMA_RULES = Settings(
    rules=frozenset(name for name in builtin().select(["tool"]) if name.startswith("schema-")),
    fixing=FixPolicy(unsafe=True),
)


def faults(text: str) -> tuple[Finding, ...]:
    return lint([named("lan.xml", text)], SCHEMA_RULES).findings


def picked(text: str) -> str:
    """Return a text after the first fix of every finding."""
    return fixed(text, FixPolicy(unsafe=True, choices=dict.fromkeys(SCHEMA_RULES.rules, 1)))


def fixed(text: str, policy: FixPolicy = SCHEMA_RULES.fixing) -> str:
    """Return a text after fixing it, in bulk by default. No fix may fail."""
    result = fixing.fix([named("lan.xml", text)], replace(SCHEMA_RULES, fixing=policy))
    assert [each for each in result.result.findings if each.rule == "internal-error"] == []
    return result.changed[0].after.text if result.changed else text


def fixes(text: str, path: str = "lan.xml") -> tuple[Fix, ...]:
    """The fixes of the only finding."""
    (finding,) = [each for each in lint([named(path, text)], Settings()).findings if each.rule.startswith("schema-")]
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
        ("  <mac address='5254.0012.3456'/>\n", "Make it '52:54:00:12:34:56'"),
        ("  <mac address='525400123456'/>\n", "Make it '52:54:00:12:34:56'"),
        ("  <mac address='52:54::00:12:34:56'/>\n", "Make it '52:54:00:12:34:56'"),
        ("  <mac address='53:54:00:12:34:AB'/>\n", "Make it '52:54:00:12:34:AB'"),
        ("  <mac address='52:54:OO:12:34:56'/>\n", "Make it '52:54:00:12:34:56'"),
        ("  <ip address='192.168.l.1' prefix='24'/>\n", "Make it '192.168.1.1'"),
        ("  <ip address='10,0,0,1' prefix='24'/>\n", "Make it '10.0.0.1'"),
        ("  <ip address='fd00:::1' prefix='24'/>\n", "Make it 'fd00::1'"),
        ("  <ip address='10.0.0.1' prefix='/24'/>\n", "Make it '24'"),
        ("  <ip address='10.0.0.1/24'/>\n", "Split it into an address and a prefix"),
        ("  <ip address='10.0.0.1/255.255.255.0'/>\n", "Split it into an address and a netmask"),
        ("  <ip address='10.0.0.1/24' prefix='24'/>\n", "Make it '10.0.0.1'"),
        ("  <uuid>{4dea22b3-1d52-d8f3-2516-782e98ab3fa0}</uuid>\n", "Make it '4dea22b3-1d52-d8f3-2516-782e98ab3fa0'"),
        ("  <bridge name='virbr5' delay='2s'/>\n", "Make it '2'"),
        ("  <forward mode='isolated'/>\n", "Remove <forward>"),
        ("  <virtualport type='ovs'/>\n", "Make it 'openvswitch'"),
        ("  <vlan><tag id='vlan-5'/></vlan>\n", "Make it '5'"),
        ("  <vlan><tag id='5, 6'/></vlan>\n", "Split it into 2 <tag>"),
        ("  <dns><forwarder addr='10.0.0.2 10.0.0.3'/></dns>\n", "Split it into 2 <forwarder>"),
        ("  <mtu size='1500'/>\n  <mtu size='9000'/>\n", "Remove the second <mtu>"),
        ("  <ip address='10.0.0.1'><range start='10.0.0.2' end='10.0.0.3'/><dhcp/></ip>\n", "Move it into <dhcp>"),
        ("  a note\n", "Make it a comment"),
        ("  >\n", "Remove the text"),
    ],
)  # fmt: skip
def test_what_was_meant_comes_first(inner: str, first: str) -> None:
    assert titles(NETWORK.format(inner))[0] == first


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<range start='10.0.0.5-10.0.0.9'/>", "<range start='10.0.0.5' end='10.0.0.9'/>"),
        ("<range start='10.0.0.5 - 9'/>", "<range start='10.0.0.5' end='10.0.0.9'/>"),
        ("<range start='10.0.0.5' end='9'/>", "<range start='10.0.0.5' end='10.0.0.9'/>"),
        ("<host mac='52:54:00:00:00:01' ip='10.0.0.5/24'/>", "<host mac='52:54:00:00:00:01' ip='10.0.0.5'/>"),
        ("<host mac='52:54:00:00:00:01' ip='10.0.0.5'><hostname>a</hostname></host>",
         "<host mac='52:54:00:00:00:01' ip='10.0.0.5' name='a'></host>"),
    ],
)  # fmt: skip
def test_what_serves_dhcp_becomes_what_was_meant(written: str, meant: str) -> None:
    inner = "  <ip address='10.0.0.1' prefix='24'><dhcp>{}</dhcp></ip>\n"
    policy = replace(SCHEMA_RULES.fixing, unsafe=True)
    assert fixed(NETWORK.format(inner.format(written)), policy) == NETWORK.format(inner.format(meant))


def test_a_list_of_devices_is_no_device() -> None:
    assert not any(fix.edits for fix in fixes(NETWORK.format("  <forward mode='nat' dev='eth0,eth1'/>\n"))[:1])


@pytest.mark.parametrize(
    ("kind", "source", "other"), [("bridge", "dev", "bridge"), ("network", "name", "network"), ("direct", "if", "dev")]
)
def test_another_attribute_may_be_the_one_that_is_missing(kind: str, source: str, other: str) -> None:
    text = GUEST.format(f"<interface type='{kind}'>\n      <source {source}='br0'/>\n    </interface>")
    found = [each for each in lint([named("web.xml", text)], Settings()).findings if each.rule.startswith("schema-")]
    offered = {fix.title: fix for each in found for fix in each.fixes if fix.edits}
    assert f"Rename '{source}' to '{other}'" in offered or f"Rename it to '{other}'" in offered


def test_no_edit_leaves_the_only_fault() -> None:
    for inner in ("  <mac address='nonsense'/>\n", "  <mac/>\n", "  <mtu size='big'/>\n", "  <uuid>x</uuid>\n"):
        text = NETWORK.format(inner)
        for fix in fixes(text):
            if fix.edits:
                assert faults(apply(text, fix.edits)) == ()


def test_a_template_is_fixed_in_its_renderings() -> None:
    text = NETWORK.format("  <forward mode='${MODE}'/>\n  <bogus/>\n  <ip address='${ADDRESS}' prefix='24'/>\n")
    assert titles(text) == ["Remove <bogus>"]


def test_a_person_is_asked_for_a_value_that_nobody_can_guess() -> None:
    shown = [fix for fix in fixes(NETWORK.format("  <mac address='nonsense'/>\n")) if fix.safety == "display"]
    assert [(fix.title, fix.snippet, fix.edits) for fix in shown] == [("Give 'address' a value", "address='…'", ())]


def test_no_value_is_chosen_by_accident() -> None:
    shown, *others = fixes(NETWORK.format("  <forward mode='elsewhere'/>\n"))
    assert (shown.title, shown.safety) == ("Give 'mode' one of its values", "display")
    assert shown.snippet.startswith("mode='")
    assert "Remove 'mode'" in [fix.title for fix in others]
    shown, *others = fixes(GUEST.replace("'kvm'", "''").format(""), "web.xml")
    assert (shown.title, shown.safety) == ("Give 'type' one of its values", "display")


def test_a_document_is_named_after_its_file() -> None:
    text = "<network>\n  <forward mode='nat'/>\n</network>\n"
    (first, *_) = fixes(text, "site/dmz.xml")
    assert apply(text, first.edits) == "<network>\n  <name>dmz</name>\n  <forward mode='nat'/>\n</network>\n"


def test_a_person_chooses_which_of_two_different_elements_to_remove() -> None:
    twice = NETWORK.format("  <mtu size='1500'/>\n  <mtu size='1500'/>\n")
    assert [fix.safety for fix in fixes(twice)] == ["unsafe"]
    assert [fix.safety for fix in fixes(twice.replace("1500", "9000", 1))] == ["choice", "choice"]


FILTER = "<filter name='web' chain='root'>\n  <rule action='accept' direction='in'>\n{}  </rule>\n</filter>\n"


def test_two_of_a_protocol_are_merged_as_libvirt_reads_them() -> None:
    text = FILTER.format("    <tcp match='no' srcportstart='1' dstportstart='22'/>\n    <tcp dstportstart='80'/>\n")
    parted, merged, *removals = fixes(text)
    assert [each.title for each in removals] == ["Remove the second <tcp>", "Remove the first <tcp>"]
    assert {each.safety for each in (parted, merged, *removals)} == {"choice"}
    assert apply(text, merged.edits) == FILTER.format("    <tcp dstportstart='80' srcportstart='1'/>\n")
    first, second = parse(named("x.xml", apply(text, parted.edits)))[0].root.all("rule")
    assert [each.children[0].get("dstportstart") for each in (first, second)] == ["22", "80"]
    covered = FILTER.format("    <tcp dstportstart='22'/>\n    <tcp dstportstart='80'/>\n")
    assert titles(covered)[1:] == ["Remove the first <tcp>", "Remove the second <tcp>"]


@pytest.mark.parametrize("name", ["bogus a='1'", "bogus>x</bogus", "bogus><!-- note --></bogus", "bogus><b/></bogus"])
def test_what_has_a_meaning_is_not_removed_in_bulk(name: str) -> None:
    text = NETWORK.format(f"  <{name}{'' if '</' in name else '/'}>\n")
    assert [each.safety for each in fixes(text)] == ["choice"]
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("written", "meant"),
    [("i", "ip"), ("p", "ip"), ("pi", "ip"), ("ipp", "ip"), ("iip", "ip"), ("mc", "mac"), ("amc", "mac")],
)
def test_a_slip_in_a_short_name_is_corrected(written: str, meant: str) -> None:
    values = "address='52:54:00:0a:0b:0c'" if meant == "mac" else "address='10.0.0.1' prefix='24'"
    assert titles(NETWORK.format(f"  <{written} {values}/>\n"))[0] == f"Rename it to <{meant}>"


def test_a_slip_that_may_mean_two_names_is_not_corrected() -> None:
    assert meant_by("i", ["ip", "id"]) == []
    assert meant_by("i", ["ip", "os"]) == ["ip"]
    assert meant_by("x", ["ip", "os"]) == []


def test_strays_are_not_moved_to_where_they_do_not_all_fit() -> None:
    rule = "  <rule action='accept' direction='in'/>\n"
    text = f"<filter name='web' chain='root'>\n{rule}  <tcp dstportstart='80'/>\n  <udp/>\n</filter>\n"
    for finding in faults(text):
        assert (finding.fixes[0].title, finding.fixes[0].safety) == ("Move it into <rule>", "choice")
    full = text.replace("in'/>", "in'><all/></rule>").replace("  <udp/>\n", "")
    assert [each.title for each in faults(full)[0].fixes] == ["Remove <tcp>"]


def test_strays_of_several_places_are_moved_at_once() -> None:
    disk = "<disk type='file'><source file='/d{0}'/><target dev='vd{0}'/>{1}</disk>"
    card = "<interface type='network'><source network='lan'/></interface>"
    text = GUEST.format("".join(f"    {disk.format(letter, card)}\n" for letter in "abcdefghijklmnopqrst"))
    choosing = replace(SCHEMA_RULES, fixing=FixPolicy(choices={"schema-misplaced-element": 1}))
    result = fixing.fix([named("web.xml", text)], choosing)
    assert result.rounds == 1
    assert faults(result.changed[0].after.text) == ()


def test_what_needs_a_newer_libvirt_is_not_removed_where_that_leaves_an_invalid_file() -> None:
    for inner, title in (
        ("<interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/></interface>", "Remove <interface>"),
        ("<interface type='user'><backend type='passt'/></interface>", "Remove 'type'"),
    ):
        text = GUEST.format(f"    {inner}\n")
        settings = Settings(target=parse_version("5.0.0"), fixing=FixPolicy(unsafe=True))
        found = lint([named("web.xml", text)], settings).findings
        (finding,) = [each for each in found if each.rule == "needs-newer-libvirt"]
        assert [(each.title, each.safety) for each in finding.fixes] == [(title, "choice")]
        assert faults(apply(text, finding.fixes[0].edits)) == ()
        assert not fixing.fix([named("web.xml", text)], settings).changed


def test_an_empty_required_value_is_removed_with_its_element() -> None:
    text = GUEST.format(INTERFACE.format("      <model type=''/>\n"))
    assert fixed(text) == text
    (finding,) = faults(text)
    assert apply(text, finding.fixes[0].edits) == GUEST.format(INTERFACE.format(""))


@pytest.mark.parametrize(
    ("inner", "severity", "message"),
    [
        ("<forward mode='nat '/>", "error", "unknown forwarding type 'nat '"),
        ("<forward mode='\tnat'/>", "error", "unknown forwarding type"),
        ("<mtu size='1500 '/>", "error", None),
        ("<port isolated=' yes'/>", "error", "Invalid value for attribute 'isolated' in element 'port': ' yes'."),
        ("<bridge stp='off '/>", "warning", None),
        ("<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch '/>", "error", None),
    ],
)
def test_a_value_with_blanks_around_it_is_trimmed(inner: str, severity: str, message: str | None) -> None:
    text = NETWORK.format(f"  {inner}\n")
    (finding,) = faults(text)
    assert (finding.rule, finding.severity) == ("schema-bad-value", severity)
    assert "blank" in finding.message
    assert [each.safety for each in finding.fixes] == ["unsafe"]
    assert message is None or (finding.libvirt_message or "").startswith(message)
    assert faults(fixed(text)) == ()


def test_blanks_that_libvirt_ignores_or_keeps_are_left_alone() -> None:
    for text in (
        NETWORK.format("  <mtu size=' 1500'/>\n  <ip address='10.0.0.1' prefix=' 24'/>\n"),
        FILTER.format("    <tcp dstportstart=' 80' comment='from the lan '/>\n"),
        GUEST.replace("'kvm'", "'kvm '").format(INTERFACE.format("")),
        GUEST.format("    <interface type='network'>\n      <source network='lan '/>\n    </interface>\n"),
        NETWORK.format("  <forward mode=' {{ mode }} '/>\n"),
    ):
        assert [each.message for each in faults(text) if "blank" in each.message] == []


def test_attributes_that_a_quote_has_joined_are_split() -> None:
    text = NETWORK.format(
        "  <ip address='10.0.0.1'>\n    <dhcp>\n      <range start='10.0.0.2 end=10.0.0.9'/>\n    </dhcp>\n  </ip>\n"
    )
    findings = [each for each in lint([named("lan.xml", text)], Settings()).findings if each.rule == "schema-bad-value"]
    assert "<range start='10.0.0.2' end='10.0.0.9'/>" in apply(text, findings[0].fixes[0].edits)


def test_an_unbound_prefix_is_declared() -> None:
    inner = "<name>web</name>\n  <qemu:commandline>\n    <qemu:arg value='-s'/>\n  </qemu:commandline>"
    text = f"<domain type='kvm'>\n  {inner}\n</domain>\n"
    (finding,) = lint([named("web.xml", text)], Settings()).findings
    assert finding.message == "undeclared prefix 'qemu': libvirt drops <qemu:commandline>"
    declared = apply(text, finding.fixes[0].edits)
    assert declared.startswith("<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>")
    assert lint([named("web.xml", declared)], Settings()).findings == ()


def test_a_moved_element_finds_its_home() -> None:
    inner = INTERFACE.format("") + "    <filterref filter='clean-traffic'/>\n"
    text = GUEST.format(inner)
    (first, *_) = fixes(text)
    expected = GUEST.format(INTERFACE.format("      <filterref filter='clean-traffic'/>\n"))
    assert apply(text, first.edits) == expected


# -- content is kept where it has a place --------------------------------------------------------------------------

STRAYS = """\
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
  <emulator>/usr/bin/qemu-system-x86_64</emulator>
  <!-- the lan -->
  <interface type='network'>
    <source network='lan'/>
  </interface>
  <on_reboot>restart</on_reboot>
  <interface type='network'>
    <source network='dmz'/>
  </interface>
{}</domain>
"""
DEVICES = """\
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <!-- the lan -->
    <interface type='network'>
      <source network='lan'/>
    </interface>
"""
DMZ = """\
    <interface type='network'>
      <source network='dmz'/>
    </interface>
"""


def test_strays_are_put_into_one_new_parent() -> None:
    text = STRAYS.format("")
    assert {each.fixes[0].title for each in faults(text)} == {
        "Put the 3 elements that belong there into a new <devices>"
    }
    head = text.partition("  <emulator>")[0]
    assert (
        picked(text) == f"{head}  <devices>\n{DEVICES}{DMZ}  </devices>\n  <on_reboot>restart</on_reboot>\n</domain>\n"
    )


@pytest.mark.parametrize(
    "there",
    ["  <devices/>\n", "  <devices>\n  </devices>\n", "  <devices><input type='tablet' bus='usb'/></devices>\n"],
)
def test_strays_are_moved_into_the_parent_that_is_there(there: str) -> None:
    after = picked(STRAYS.format(there))
    (document,) = parse(named("x.xml", after))
    (devices,) = document.root.all("devices")
    assert [each.name for each in devices.children if each.name != "input"] == ["emulator", "interface", "interface"]
    assert "<!-- the lan -->" in after
    assert faults(after) == ()


def test_an_unknown_container_is_unwrapped() -> None:
    inner = "      <protocol family='ipv4'>\n        <ip address='10.0.0.2' prefix='24'/>\n      </protocol>\n"
    text = GUEST.format(INTERFACE.format(inner))
    assert [each.safety for each in fixes(text)] == ["choice", "choice"]
    assert picked(text) == GUEST.format(INTERFACE.format("      <ip address='10.0.0.2' prefix='24'/>\n"))


def test_an_element_without_meaning_is_removed_with_what_libvirt_drops() -> None:
    text = NETWORK.format("  <forward mode='nat'>\n    <nat>\n      <bogus/>\n    </nat>\n  </forward>\n")
    assert picked(text) == NETWORK.format("  <forward mode='nat'>\n  </forward>\n")
    # An empty <forward> means NAT.
    text = NETWORK.format("  <forward>\n    <bogus/>\n  </forward>\n")
    assert picked(text) == NETWORK.format("  <forward>\n  </forward>\n")


@pytest.mark.parametrize(
    "text",
    [
        NETWORK.format("  <forward mode='nat'>\n    <forward mode='route'/>\n  </forward>\n"),
        NETWORK.format("  <mtu size='1500'/>\n  <mtu size='9000'/>\n"),
        NETWORK.format("  <forwrd xmlns='urn:x' mode='nat'/>\n"),
        NETWORK.format("  <mac address='nonsense'/>\n"),
        NETWORK.format("  <bridge stp='maybe'/>\n"),
        NETWORK.format("  <ip address='10.0.0.1'><dhcp><host mac='52:54:00:00:00' ip='10.0.0.2'/></dhcp></ip>\n"),
        GUEST.format("    <interface type='NICTYPE'>\n      <driver name='NICDRIVER'/>\n    </interface>\n"),
        GUEST.format(INTERFACE.format("") * 2 + "    <filterref filter='clean-traffic'/>\n"),
    ],
)
def test_an_ambiguous_fix_is_not_made_in_bulk(text: str) -> None:
    assert fixed(text) == text


@pytest.mark.parametrize("word", ["MEMORY", "REPLACE_ME", "XXX", "BRIDGE_NAME"])
def test_a_bare_word_in_capitals_stands_for_a_value(word: str) -> None:
    for text in (NETWORK.format(f"  <bridge stp='{word}'/>\n"), NETWORK.format(f"  <uuid>{word}</uuid>\n")):
        assert [each for each in lint([named("x.xml", text)], Settings()).findings if "schema" in each.rule] == []


def test_invisible_characters_are_removed_from_a_value() -> None:
    assert titles(NETWORK.format("  <forward mode='nat\u00a0'/>\n"))[0] == "Make it 'nat'"
    assert titles(NETWORK.format("  <mac address='52:54:00:12:34:56\u200b'/>\n"))[0] == "Make it '52:54:00:12:34:56'"


def test_fixes_of_a_template_are_tried_although_libxml2_does_not_judge_it() -> None:
    text = NETWORK.format("  <mac address='52:54:00:00:00'/>\n  <ip address='{{ ip }}' prefix='24'/>\n")
    assert [each.title for each in fixes(text)] == ["Give 'address' a value", "Remove <mac>"]
    assert fixes(NETWORK.format("  <bridge name='{{ x }}' stp='yes'/>\n"))[0].title == "Make it 'on'"


def test_no_fix_writes_what_is_there_already() -> None:
    text = NETWORK.format("  <mac address='52:54:00:00:00'/>\n  <bridge name='{{ b }}' stp='ON'/>\n")
    for finding in faults(text):
        assert all(apply(text, each.edits) != text for each in finding.fixes if each.edits)


def test_a_fix_does_not_reach_into_another_document() -> None:
    one = NETWORK.format("  <forwad mode='nat'/>\n")
    assert fixed(one * 3) == one.replace("forwad", "forward") * 3


# -- whatever is wrong ---------------------------------------------------------------------------------------------

WHOLE = dedent(
    """\
    <domain type='kvm'>
      <name>web</name>
      <memory unit='KiB'>1048576</memory>
      <os>
        <type arch='x86_64'>hvm</type>
        <boot dev='hd'/>
      </os>
      <features>
        <acpi/>
      </features>
      <devices>
        <disk type='file' device='disk'>
          <source file='/a.img'/>
          <target dev='vda' bus='virtio'/>
        </disk>
        <interface type='network'>
          <mac address='52:54:00:12:34:56'/>
          <source network='lan'/>
          <model type='virtio'/>
          <filterref filter='clean-traffic'>
            <parameter name='IP' value='10.0.0.2'/>
          </filterref>
        </interface>
        <smartcard mode='host'/>
      </devices>
    </domain>
    """
)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """A guest with a few things moved, doubled, renamed or lost."""
    text = WHOLE
    for _ in range(draw(st.integers(1, 3))):
        nodes = [each for each in parse(named("x.xml", text))[0].root.descendants() if each.parent is not None]
        if len(nodes) < 2:
            break
        node, other = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        own = text[node.start : node.end]
        match draw(st.sampled_from(["remove", "double", "move", "rename", "attribute", "text"])):
            case "remove":
                text = text[: node.start] + text[node.end :]
            case "double":
                text = text[: other.start] + own + text[other.start :]
            case "move" if not node.start <= other.start < node.end:
                at = other.start if other.start < node.start else other.start - len(own)
                text = text[: node.start] + text[node.end :]
                text = text[:at] + own + text[at:]
            case "rename":
                word = draw(st.sampled_from(["bogus", node.name + "s", other.name]))
                if node.is_empty_tag:
                    text = text[: node.start + 1] + word + text[node.name_span.end :]
            case "attribute":
                for attribute in list(node.attributes.values())[:1]:
                    value = draw(st.sampled_from(["", "x", attribute.value[1:], "VALUE", attribute.value + "!"]))
                    text = text[: attribute.value_start] + value + text[attribute.value_end :]
            case _:
                text = text[: node.start] + draw(st.sampled_from(["note to self", ">", "a -- b"])) + text[node.start :]
    return text


@given(broken())
def test_each_fix_leaves_fewer_faults_and_fixing_ends(text: str) -> None:
    found = faults(text)
    for finding in found:
        for each in finding.fixes:
            if each.edits:
                assert len(faults(apply(text, each.edits))) < len(found)
    assert len(faults(fixed(text))) <= len(found)


def test_time_grows_with_the_documents_of_a_file() -> None:
    one = NETWORK.format("  <forwad mode='nat'/>\n")

    def least(count: int) -> float:
        times = []
        for _ in range(3):
            started = time.process_time()
            assert len(faults(one * count)) == count
            times.append(time.process_time() - started)
        return min(times)

    # Four times the documents: quadratic would be sixteen times the time.
    assert least(200) < 9 * least(50)
