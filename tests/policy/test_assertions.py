"""What rules of policies find: each assertion, conditions on what is unknown, messages and fixes."""

import time

import pytest

from tests.policy.probe import found, guest, messages, policy
from tests.sources import named
from tests.worktime import in_time
from vnetlint.engine.fix import fix
from vnetlint.settings import FixPolicy, Settings

BRIDGED = guest("<interface type='bridge'><source bridge='br0'/></interface>")
NAT = "<network><name>lan</name><forward mode='nat'/></network>"
ON_LAN = guest("<interface type='network'><source network='lan'/></interface>")
MAC = "<interface type='bridge'><mac address='{}'/><source bridge='br0'/></interface>"

BRIDGE = "select = 'interface'\nvalue = 'bridge'\n"
ADDRESS = "select = 'ip'\nvalue = 'address'\n"


@pytest.mark.parametrize(
    ("rest", "text", "expected"),
    [
        (BRIDGE + "allow = ['br1', 'br2']", BRIDGED, ["invalid value 'br0' for 'bridge': expected 'br1' or 'br2'"]),
        (BRIDGE + "allow = ['br0', 'br2']", BRIDGED, []),
        (BRIDGE + "allow = ['br1']", ON_LAN, []),
        (BRIDGE + "deny = ['br0']", BRIDGED, ["invalid value 'br0' for 'bridge': expected anything but 'br0'"]),
        (BRIDGE + "pattern = 'br-[a-z]+'", BRIDGED, ["invalid value 'br0' for 'bridge'"]),
        (BRIDGE + "pattern = 'br[0-9]'", BRIDGED, []),
        ("select = 'interface'\nrequired = '/filterref'", BRIDGED, ["missing '/filterref'"]),
        ("select = 'interface'\nrequired = 'source/@bridge'", BRIDGED, []),
        ("select = 'guest'\nvalue = 'interface'\ncount = { at-most = 0 }", BRIDGED,
         ["1 of 'interface': expected at most 0"]),
        ("select = 'guest'\nvalue = 'interface'\ncount = { at-least = 1, at-most = 2 }", BRIDGED, []),
        ("select = 'interface'\nmust = 'has filter or isolated = \"yes\"'", BRIDGED, ["A probe"]),
        ("select = 'interface'\nmust = 'has filter or type = \"bridge\"'", BRIDGED, []),
        ("select = 'interface'\nvalue = 'mac'\nrange = { from = '52:54:00:aa:00:00', to = '52:54:00:aa:ff:ff' }",
         guest(MAC.format("52:54:00:AB:00:01")),
         ["invalid value '52:54:00:ab:00:01' for 'mac': expected 52:54:00:aa:00:00 to 52:54:00:aa:ff:ff"]),
        ("select = 'interface'\nvalue = 'mac'\nrange = { from = '52:54:00:aa:00:00', to = '52:54:00:aa:ff:ff' }",
         guest(MAC.format("52:54:0:aa:0:1")), []),
        ("select = 'network'\nvalue = 'mtu'\nrange = { from = 1500, to = 9000 }",
         "<network><name>lan</name><mtu size='9001'/></network>",
         ["invalid value '9001' for 'mtu': expected 1500 to 9000"]),
        (ADDRESS + "subnet-of = ['10.0.0.0/8']", "<network><name>a</name><ip address='192.168.1.1'/></network>",
         ["invalid value '192.168.1.1' for 'address': expected an address in '10.0.0.0/8'"]),
        (ADDRESS + "subnet-of = ['10.0.0.0/8', 'fd00::/8']",
         "<network><name>a</name><ip address='10.1.1.1'/><ip address='fd00::1' family='ipv6'/></network>", []),
        (ADDRESS + "subnet-of = ['10.0.0.0/8']", "<network><name>a</name><ip address='here'/></network>", []),
    ],
)  # fmt: skip
def test_an_assertion_finds_what_breaks_it(rest: str, text: str, expected: list[str]) -> None:
    assert messages(rest, text) == expected


def test_a_name_of_the_model_leads_to_other_files() -> None:
    rule = "select = 'interface where type = \"network\" and network.mode = \"nat\"'\nrequired = 'filter'"
    assert messages(rule, ON_LAN, NAT) == ["missing 'filter'"]
    assert messages(rule, ON_LAN, NAT.replace("nat", "route")) == []


def test_what_is_unknown_is_not_reported() -> None:
    rule = "select = 'interface where network.mode = \"nat\"'\nrequired = 'filter'"
    negated = rule.replace("network.mode = ", "network.mode != ")
    assert messages(rule, ON_LAN) == messages(negated, ON_LAN) == []
    template = BRIDGED.replace("br0", "{{ bridge }}")
    assert messages(BRIDGE + "allow = ['br1']", template) == messages(BRIDGE + "deny = ['br1']", template) == []


@pytest.mark.parametrize(
    ("condition", "is_selected"),
    [
        ('source/@bridge = "br0"', True),
        ('source/@bridge != "br0"', False),
        ('source/@bridge in ["br1", "br0"]', True),
        ('source/@bridge matches "br[0-9]"', True),
        ('source/@bridge matches "r[0-9]"', False),
        ("has mac", False),
        ("not has mac", True),
        ("not (has mac or has bridge)", False),
        ("vlan/tag/@id < 5 or vlan/tag/@id >= 4000", False),
        ('guest.name = "web"', True),
        ('guest.interface.type = "bridge"', True),
        ('guest.title/@x = ""', False),
    ],
)
def test_a_condition_selects(condition: str, is_selected: bool) -> None:
    rule = f"select = '''interface where {condition}'''\nrequired = 'filter'"
    assert bool(messages(rule, BRIDGED)) is is_selected


def test_what_may_be_there_is_unknown() -> None:
    rule = "select = 'interface where {}'\nrequired = 'filter'"
    assert messages(rule.format("has network.mode"), ON_LAN) == []
    assert messages(rule.format("not has network.mode"), ON_LAN) == []
    assert messages(rule.format("not has network.device"), ON_LAN, NAT) == ["missing 'filter'"]
    named = ON_LAN.replace("</interface>", "<target dev='{{ tap }}'/></interface>")
    assert messages(rule.format("has target"), named) == ["missing 'filter'"]


def test_many_guests_on_a_network_are_asked_about_once() -> None:
    steps = "network.interface." * 3
    condition = f'{steps}mac = "x" or not {steps}filter = "y"'
    rule = f"select = '''interface where {condition}'''\nrequired = 'mac'"
    many = guest("<interface type='network'><source network='lan'/></interface>" * 2000)
    started = time.process_time()
    assert len(messages(rule, many, NAT)) == 2000
    assert in_time(time.process_time() - started, 8)


def test_a_value_is_unique_across_the_project() -> None:
    rule = "select = 'interface'\nvalue = 'mac'\nunique = 'project'"
    first, second = (guest(MAC.format("52:54:00:00:00:01"), name) for name in ("a", "b"))
    (finding,) = found(rule, first, second)
    assert (finding.path, finding.message) == ("file1.xml", "'52:54:00:00:00:01' of 'mac' is used twice")
    assert [each.path for each in finding.related] == ["file0.xml"]
    assert found(rule, first) == []


@pytest.mark.parametrize(("mode", "count"), [("nat", 1), (None, 0)])
def test_who_reaches_whom_is_asked_of_the_model(mode: str | None, count: int) -> None:
    forward = f"<forward mode='{mode}'/>" if mode else ""
    ip = "<ip address='10.1.1.1' prefix='24'><dhcp><range start='10.1.1.2' end='10.1.1.9'/></dhcp></ip>"
    text = f"<network><name>lan</name>{forward}{ip}</network>"
    rule = "select = 'network'\nreach = { from = 'this', to = 'internet', verdict = 'blocked' }"
    assert messages(rule, text) == ["network 'lan' to the internet: expected 'blocked'"] * count


def network(name: str, number: int, mode: str = "nat") -> str:
    dhcp = f"<dhcp><range start='10.{number}.1.2' end='10.{number}.1.9'/></dhcp>"
    ip = f"<ip address='10.{number}.1.1' prefix='24'>{dhcp}</ip>"
    return f"<network><name>{name}</name><forward mode='{mode}'/>{ip}</network>"


def plugged(on: str, number: int) -> str:
    mac = f"<mac address='52:54:00:00:00:{number:02x}'/>"
    return guest(f"<interface type='network'>{mac}<source network='{on}'/></interface>", f"web-{number}")


@pytest.mark.parametrize(
    ("to", "verdict", "files", "expected"),
    [
        ("network:dmz", "blocked", [network("dmz", 2, "route")],
         ["network 'lan' to network 'dmz': expected 'blocked'"]),
        ("network:dmz", "blocked", [network("dmz", 2)], []),
        ("network:d*", "allowed", [network("dmz", 2)], ["network 'lan' to network 'dmz': expected 'allowed'"]),
        ("network:lan", "allowed", [], []),
        ("network:none", "blocked", [], []),
        ("web-*", "blocked", [plugged("lan", 1), plugged("lan", 2)],
         ["network 'lan' to guest 'web-1': expected 'blocked'"]),
        ("db-*", "blocked", [plugged("lan", 1)], []),
    ],
)  # fmt: skip
def test_the_other_end_may_be_named(to: str, verdict: str, files: list[str], expected: list[str]) -> None:
    select = "select = 'network where name = \"lan\"'\n"
    rule = select + f"reach = {{ from = 'this', to = '{to}', verdict = '{verdict}' }}"
    assert messages(rule, network("lan", 1, "route"), *files) == expected


def test_guests_that_are_alike_are_asked_about_once() -> None:
    rule = "select = 'guest'\nreach = { from = 'this', to = 'web-*', verdict = 'allowed', protocol = 'tcp', port = 22 }"
    started = time.process_time()
    assert messages(rule, network("lan", 1), *(plugged("lan", number) for number in range(2, 60))) == []
    assert in_time(time.process_time() - started, 3)


def test_a_message_has_values() -> None:
    rule = BRIDGE + "allow = ['br1']\nmessage = \"bridge {value} of {guest.name}: {{{expected}}}\""
    assert messages(rule, BRIDGED) == ["bridge br0 of web: {'br1'}"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("set = { 'source/@bridge' = 'br1' }", "<source bridge='br1'/></interface>"),
        ("set = { '@trustGuestRxFilters' = 'no' }", " trustGuestRxFilters='no'>"),
        ("set = { 'vlan/tag/@id' = '5' }", "<vlan><tag id='5'/></vlan>"),
        ("set = { 'target/@dev' = '{guest.name}-0' }", "<target dev='web-0'/>"),
        ("remove = '/mac'", "managed='no'><source bridge='br0'/>"),
        ("remove = '@managed'", "<interface type='bridge'><mac"),
        ("remove = 'this'", "<devices></devices>"),
        ("insert = \"<filterref filter='clean'><parameter name='IP' value='10.0.0.1'/></filterref>\"",
         "<filterref filter='clean'><parameter name='IP' value='10.0.0.1'/></filterref>"),
    ],
)  # fmt: skip
def test_a_fix_is_data(change: str, expected: str) -> None:
    rest = f"{BRIDGE}deny = ['br0']\n[rule.fix]\ntitle = 'Change it'\nsafety = 'safe'\n{change}"
    settings = Settings(rules=frozenset({"probe"}), policies=(policy(rest),), fixing=FixPolicy())
    text = guest(MAC.format("52:54:00:00:00:01").replace(">", " managed='no'>", 1))
    (changed,) = fix([named("web.xml", text)], settings).changed
    assert expected in changed.after.text


def test_a_finding_is_suppressed_like_any() -> None:
    comment = "<!-- vnetlint: ignore[probe] agreed -->"
    text = BRIDGED.replace("<interface", f"{comment}<interface")
    assert messages(BRIDGE + "deny = ['br0']", text) == []
