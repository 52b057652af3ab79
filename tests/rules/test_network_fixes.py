"""Which fixes of the rules about networks are made in bulk, and what their messages never say."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from tests.sources import named
from vnetlint.engine import fix as fixing
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding, Fix
from vnetlint.model import Network
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.settings import FixPolicy, Settings
from vnetlint.testing.cases import PageExample, bad_case
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

RULES = [rule for rule in builtin() if rule.family == "network"]
MEANT = ("ip", "dhcp", "host", "route", "vlan", "tag", "portgroup", "bandwidth", "virtualport", "dns", "srv", "txt")
"""Elements that somebody may have meant, and that only a few rules remove in bulk."""

GOES = {
    "address-listed-twice": {"ip"},  # the other says the same
    "bandwidth-without-limit": {"bandwidth"},  # libvirt drops it
    "dns-settings-unused": {"dns"},  # info
    "duplicate-static-host": {"host"},  # the other says the same
    "ip-on-bridged-network": {"ip"},  # refused, and nothing else can be meant
    "static-route-to-own-subnet": {"route"},  # it has no effect
    "vlan-tag-reserved": {"tag"},  # the other says the same
}

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@each_rule
def test_messages_are_short_and_plain(rule: Rule) -> None:
    for each in _found(rule, _case(rule)):
        assert len(each.message) <= 120
        assert each.message.isascii()
        assert not each.message.endswith(".")


@each_rule
@pytest.mark.parametrize("name", ["", "<name>{{ name }}</name>"])
def test_no_text_shows_a_missing_name(rule: Rule, name: str) -> None:
    case = _case(rule)
    files = {path: re.sub(rb"<name>[^<]*</name>", name.encode(), data) for path, data in case.files.items()}
    for each in _found(rule, case.with_files(files)):
        texts = [each.message, each.libvirt_message or "", *(note.message for note in each.related)]
        texts += [text for fix in each.fixes for text in (fix.title, fix.snippet)]
        assert not any("None" in text for text in texts)


@each_rule
def test_bulk_fixes_keep_the_mode_and_what_was_meant(rule: Rule) -> None:
    case = _case(rule)
    for each in _found(rule, case):
        for fix in (fix for fix in each.fixes[:1] if fix.safety in ("safe", "unsafe")):
            for path, (before, after) in _texts(case, fix).items():
                assert [mode or "nat" for mode in _modes(before)] == [mode or "nat" for mode in _modes(after)], path
                lost = _elements(before) - _elements(after)
                assert lost.keys() & set(MEANT) <= GOES.get(rule.name, set())


@each_rule
def test_safe_fixes_take_nothing_from_what_libvirt_accepts(rule: Rule) -> None:
    for each in _found(rule, _case(rule)):
        for fix in each.fixes:
            assert each.when != "never" or fix.safety != "safe" or all(edit.text for edit in fix.edits), fix.title


@each_rule
@pytest.mark.parametrize("value", ["²", pytest.param("9" * 5000, marks=pytest.mark.slow, id="huge"), "-1"])
def test_odd_numbers_raise_nothing(rule: Rule, value: str) -> None:
    case = _case(rule)
    files = {
        path: re.sub(r"(\w+)='(?:\d+|yes|no|on)'", rf"\1='{value}'", data.decode()).encode()
        for path, data in case.files.items()
    }
    assert not [each for each in case.with_files(files).lint().findings if each.rule == "internal-error"]


HOSTS = """\
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.78.0.1' prefix='24'>
    <dhcp>
      <range start='10.77.0.100' end='10.77.0.200'/>
      <host mac='52:54:00:00:00:01' name='a' ip='10.77.0.21'/>
      <host mac='52:54:00:00:00:01' name='b' ip='10.77.0.22'/>
      <host mac='52:54:00:00:00:03' name='b' ip='10.78.0.1'/>
      <host mac='52:54:00:00:00:04' ip='10.78.0.255'/>
    </dhcp>
  </ip>
</network>
"""


def test_bulk_fixing_moves_the_range_and_leaves_every_static_host() -> None:
    assert _bulk(HOSTS) == HOSTS.replace("10.77.0.100", "10.78.0.100").replace("10.77.0.200", "10.78.0.200")


def test_of_equal_static_hosts_the_second_goes() -> None:
    twice = "      <host mac='52:54:00:00:00:04' ip='10.78.0.9'/>\n"
    text = re.sub(r"(?s)      <range.*?(?=    </dhcp>)", twice * 2, HOSTS)
    assert _bulk(text) == text.replace(twice * 2, twice)


@pytest.mark.parametrize("address", ["fd00:20::1", "2001:db8::1", "2a01:4f8:1::1", "2600::1"])
def test_an_ipv6_subnet_stays_routed_in_bulk(address: str) -> None:
    (each,) = _of("nat-without-ipv6-translation", _nat_with(address))
    assert [fix.safety for fix in each.fixes] == ["choice", "choice"]


@pytest.mark.parametrize(
    "text",
    [
        # DNS that was switched off
        "<network><name>n</name><forward mode='nat'/><dns enable='no'/><ip address='10.9.0.1' prefix='24'>"
        "<dhcp><range start='10.9.0.2' end='10.9.0.9'/></dhcp></ip></network>",
        "<network><name>n</name><dns enable='no'><forwarder addr='10.9.0.2'/></dns>"
        "<ip address='10.9.0.1' prefix='24'/></network>",
        # DHCP that was left out
        "<network><name>n</name><ip address='10.9.0.1' prefix='24'><dhcp/></ip></network>",
        # a mode and what does not suit it
        "<network><name>n</name><forward mode='private'/><bridge name='br0'/></network>",
        "<network><name>n</name><forward mode='open' dev='eth0'/><ip address='10.9.0.1' prefix='24'/></network>",
        "<network><name>n</name><forward mode='route'><nat><address start='203.0.113.5' end='203.0.113.6'/></nat>"
        "</forward><ip address='10.9.0.1' prefix='24'/></network>",
        "<network><name>n</name><forward mode='hostdev'><interface dev='eth0'/></forward></network>",
        "<network><name>n</name><forward mode='bridge'/><ip address='10.9.0.1' prefix='24'/></network>",
        "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/><ip address='10.9.0.1' prefix='24'><dhcp>"
        "<host mac='52:54:00:00:00:01' ip='10.9.0.5'/></dhcp></ip></network>",
        "<network><name>n</name><forward mode='bridge'/><domain name='x'/></network>",
        # a VLAN, a limit, a subnet in use
        "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/><vlan><tag id='7'/></vlan></network>",
        "<network><name>n</name><forward mode='bridge'><interface dev='eth0'/></forward>"
        "<bandwidth><inbound average='100'/></bandwidth></network>",
        "<network><name>n</name><forward mode='nat'/><ip address='8.8.8.1' prefix='24'/></network>",
        "<network><name>n</name><ip address='10.9.0.1'/></network>",
        "<network><name>n</name><ip family='ipv6' address='fd00::1' prefix='80'/></network>",
        # a route
        "<network><name>n</name><ip address='10.9.0.1' prefix='24'/><route address='10.8.0.0' gateway='10.9.0.2'/>"
        "</network>",
        "<network><name>n</name><ip address='10.9.0.1' prefix='24'/>"
        "<route address='0.0.0.0' prefix='0' gateway='10.9.0.2'/></network>",
    ],
)
def test_bulk_fixing_leaves_a_design_alone(text: str) -> None:
    assert _bulk(text) == text
    assert any(fix.safety == "choice" for each in lint([named("lan.xml", text)], ALL).findings for fix in each.fixes)


def test_removing_the_only_port_leaves_no_empty_nat() -> None:
    text = (
        "<network><name>n</name><forward mode='nat'><nat><port start='9' end='9'/></nat></forward>"
        "<ip address='10.9.0.1' prefix='24'/></network>"
    )
    assert "<nat" not in _chosen("nat-single-port", 2, text)
    assert "<nat ipv6='yes'></nat>" in _chosen("nat-single-port", 2, text.replace("<nat>", "<nat ipv6='yes'>"))


def test_moving_the_only_range_leaves_no_empty_dhcp() -> None:
    text = (
        "<network><name>n</name><ip address='10.9.0.1' prefix='24'><dhcp><range start='fd00::2' end='fd00::9'/></dhcp>"
        "</ip><ip family='ipv6' address='fd00::1' prefix='64'/></network>"
    )
    assert _chosen("dhcp-range-of-other-family", 1, text) == (
        "<network><name>n</name><ip address='10.9.0.1' prefix='24'></ip>"
        "<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><range start='fd00::2' end='fd00::9'/></dhcp></ip>"
        "</network>"
    )


def test_removing_a_name_keeps_the_other_names_of_its_address() -> None:
    dns = "<dns><host ip='10.9.0.9'><hostname>web</hostname><hostname>www</hostname></host></dns>"
    text = (
        f"<network><name>n</name>{dns}<ip address='10.9.0.1' prefix='24'><dhcp>"
        "<host mac='52:54:00:00:00:01' name='web' ip='10.9.0.5'/></dhcp></ip></network>"
    )
    assert "<host ip='10.9.0.9'><hostname>www</hostname></host>" in _chosen("dns-name-two-addresses", 2, text)


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("_web", ["Rename it to 'web'", "Remove the name", "Remove <host>"]),
        ("_db", ["Remove the name", "Remove <host>"]),  # taken
        ("über", ["Remove the name", "Remove <host>"]),
    ],
)
def test_a_host_name_is_shortened_to_a_free_one(name: str, titles: list[str]) -> None:
    text = (
        "<network><name>n</name><ip address='10.9.0.1' prefix='24'><dhcp>"
        f"<host mac='52:54:00:00:00:01' name='{name}' ip='10.9.0.5'/>"
        "<host mac='52:54:00:00:00:02' name='db' ip='10.9.0.6'/></dhcp></ip></network>"
    )
    (each,) = _of("dhcp-host-name-invalid", text)
    assert [fix.title for fix in each.fixes] == titles


def test_a_bridge_is_renamed_in_the_guests_too() -> None:
    network = "<network><name>n</name><bridge name='lab 1'/></network>"
    interface = "<interface type='bridge'><source bridge='lab 1'/></interface>"
    guest = f"<domain><name>g</name><devices>{interface}</devices></domain>"
    sources = [named("lan.xml", network), named("web.xml", guest)]
    changed = fixing.fix(sources, Settings(rules=frozenset({"bridge-name-invalid"}))).changed
    assert [each.after.text.count("'lab-1'") for each in changed] == [1, 1]
    (each,) = _of("bridge-name-invalid", network.replace("lab 1", ": :"))
    assert [fix.title for fix in each.fixes] == ["Remove the name, so that libvirt chooses one"]


def test_a_network_is_not_renamed_to_another_in_bulk() -> None:
    text = "<network><name>a/b</name></network>"
    for other, safety in (("a-c", "unsafe"), ("a-b", "choice")):
        sources = [
            named("lan.xml", text),
            named("lab.xml", f"<network><name>{other}</name></network>"),
        ]
        found = lint(sources, Settings(rules=frozenset({"unusable-network-name"}))).findings
        assert [fix.safety for each in found for fix in each.fixes] == [safety]


@pytest.mark.parametrize("element", ["name", "title"])
def test_text_around_a_stray_element_is_left_to_the_schema(element: str) -> None:
    text = f"<network><name>n</name><{element}>n<bridge/>\n</{element}></network>".replace(
        "<name>n</name><name>", "<name>"
    )
    assert not [each for each in lint([named("lan.xml", text)], ALL).findings if each.fixes]


def test_shown_commands_quote_what_comes_from_the_file() -> None:
    text = (
        "<network><name>n</name><forward mode='open'/><bridge name='virbr7' zone='x; reboot'/>"
        "<ip address='10.9.0.1' prefix='24'/></network>"
    )
    (each,) = _of("open-zone-ignored", text)
    assert "--zone='x; reboot' --change-interface=virbr7" in each.fixes[1].snippet


def test_no_command_makes_a_default_route() -> None:
    text = (
        "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/>"
        "<route address='{}' prefix='{}' gateway='10.9.0.2'/></network>"
    )
    for address, prefix, snippets in (
        ("0.0.0.0", 0, []),
        ("10.8.0.0", 16, ["ip route add 10.8.0.0/16 via 10.9.0.2"]),
    ):
        (each,) = _of("route-without-address", text.format(address, prefix))
        assert [fix.snippet for fix in each.fixes if fix.safety == "display"] == snippets


def test_a_network_address_is_a_warning_because_new_kernels_take_it() -> None:
    text = (
        "<network><name>n</name><ip address='10.9.0.{}' prefix='24'><dhcp>"
        "<host mac='52:54:00:00:00:01' ip='10.9.0.{}'/></dhcp></ip></network>"
    )
    for last, severity in ((0, "warning"), (255, "error")):
        found = (
            *_of("gateway-address-unusable", text.format(last, 7)),
            *_of("static-host-reserved-address", text.format(1, last)),
        )
        assert [each.severity for each in found] == [severity, severity]


def test_a_range_that_is_split_keeps_its_lease_time() -> None:
    text = (
        "<network><name>n</name><dns><host ip='10.9.0.50'><hostname>db</hostname></host></dns>"
        "<ip address='10.9.0.1' prefix='24'><dhcp><range start='10.9.0.40' end='10.9.0.60'><lease expiry='5'/></range>"
        "</dhcp></ip></network>"
    )
    fixed = _chosen("dhcp-range-covers-fixed-address", 1, text)
    assert fixed.count("<lease expiry='5'/>") == fixed.count("<range") == 2


def test_a_client_with_the_mac_of_the_bridge_matters_where_a_guest_has_it() -> None:
    network = (
        "<network><name>n</name><mac address='52:54:00:00:00:01'/><ip address='10.9.0.1' prefix='24'><dhcp>"
        "<host mac='52:54:00:00:00:01' ip='10.9.0.5'/></dhcp></ip></network>"
    )
    guest = (
        "<domain><name>g</name><devices><interface type='network'><mac address='52:54:00:00:00:01'/>"
        "<source network='n'/></interface></devices></domain>"
    )
    settings = Settings(rules=frozenset({"static-host-has-mac-of-bridge"}))
    for sources, severity in (
        ([named("lan.xml", network)], "warning"),
        ([named("lan.xml", network), named("web.xml", guest)], "error"),
    ):
        assert [each.severity for each in lint(sources, settings).findings] == [severity]


def test_port_groups_without_a_name_are_named_by_their_place() -> None:
    text = (
        "<network><name>n</name><portgroup default='yes'/><portgroup default='yes'/>"
        "<ip address='10.9.0.1' prefix='24'/></network>"
    )
    (each,) = _of("several-default-portgroups", text)
    assert each.message == "duplicate default <portgroup>: the first one is the default already"
    assert [fix.title for fix in each.fixes] == ["Keep the first one as the default", "Make this one the default"]


ALL = Settings(rules=frozenset({"network"}))


def _case(rule: Rule) -> PageExample:
    case = bad_case(rule)
    assert case is not None
    return PageExample(case.files, replace(case.settings, rules=frozenset({rule.name})))


def _found(rule: Rule, case: PageExample) -> list[Finding]:
    return [each for each in case.lint().findings if each.rule == rule.name]


def _of(name: str, text: str) -> tuple[Finding, ...]:
    return tuple(lint([named("lan.xml", text)], Settings(rules=frozenset({name}))).findings)


def _bulk(text: str) -> str:
    """The text after all that `--unsafe-fixes` makes of it."""
    changed = fixing.fix([named("lan.xml", text)], replace(ALL, fixing=FixPolicy(unsafe=True))).changed
    return changed[0].after.text if changed else text


def _chosen(name: str, number: int, text: str) -> str:
    settings = Settings(rules=frozenset({name}), fixing=FixPolicy(choices={name: number}))
    (changed,) = fixing.fix([named("lan.xml", text)], settings).changed
    return changed.after.text


def _nat_with(address: str) -> str:
    return (
        "<network><name>n</name><forward mode='nat'/>"
        f"<ip family='ipv6' address='{address}' prefix='64'/></network>"
    )  # fmt: skip


def _texts(case: PageExample, fix: Fix) -> dict[str, tuple[str, str]]:
    """The files that a fix edits, before and after it."""
    before = {path: case.files[path].decode() for path in {edit.path for edit in fix.edits}}
    return {
        path: (text, apply(text, [edit for edit in fix.edits if edit.path == path])) for path, text in before.items()
    }


def _modes(text: str) -> list[str | None]:
    return [Network(each.root).mode for each in parse(named("lan.xml", text)) if each.root.name == "network"]


def _elements(text: str) -> Counter[str]:
    return Counter(node.name for each in parse(named("lan.xml", text)) for node in each.root.descendants())
