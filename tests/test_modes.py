"""Another mode for a network: what is set, what is removed and why, and what is the same after the way back."""

from collections import Counter
from ipaddress import ip_network

import pytest

from tests.conversions import SOURCES, comments_of, way_back
from tests.sources import named
from vnetlint.engine.convert import Converted, ConvertError, convert
from vnetlint.engine.lint import lint
from vnetlint.host import Host
from vnetlint.model import Network
from vnetlint.remedies import Target, conversion
from vnetlint.remedies.choose import AIMS, Aim, Wish
from vnetlint.schema import gate
from vnetlint.settings import Settings
from vnetlint.version import parse_version
from vnetlint.xml.splice import apply, with_leftovers
from vnetlint.xml.tree import parse

UPLINKS = {"bridged": "br0", "macvtap": "eth1"}
IP = "<ip address='10.30.1.1' prefix='24'/>"
IP6 = "<ip family='ipv6' address='fd00::1' prefix='64'/>"
HOST = {
    "version": 1,
    "interfaces": [
        {"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]},
        {"name": "eth1", "kind": "nic", "master": "br0"},
        {"name": "eth2", "kind": "nic"},
        {"name": "br0", "kind": "bridge", "ports": ["eth1"]},
        {"name": "br9", "kind": "bridge", "ports": []},
        {"name": "ovs0", "kind": "ovs", "ports": ["eth7"]},
    ],
    "networks": [{"name": "lab", "active": False, "subnets": ["192.168.123.0/24"]}],
}


def converted(
    text: str, aim: Aim, uplink: str | None = None, subnet: str | None = None, settings: Settings | None = None
) -> Converted:
    return convert(named("lan.xml", text), Wish(aim, uplink, subnet), None, settings or Settings())


def inner(text: str, aim: Aim, uplink: str | None = None, subnet: str | None = None) -> str:
    """The content of a network after a conversion."""
    done = converted(f"<network><name>lan</name>{text}</network>", aim, uplink, subnet)
    return done.text.text.removeprefix("<network><name>lan</name>").removesuffix("</network>")


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("source", SOURCES)
def test_every_mode_becomes_every_other(source: str, aim: Aim) -> None:
    before = named("lan.xml", SOURCES[source])
    done = converted(before.text, aim, UPLINKS.get(aim))
    assert done.after.mode == ("private" if done.before.isolates_ports and aim == "macvtap" else done.target.mode)
    assert gate.is_valid(parse(done.text)[0], None) or not done.changes
    assert not comments_of(before) - comments_of(done.text)
    errors = (Counter(each.rule for each in lint([each], Settings()).findings if each.severity == "error")
              for each in (before, done.text))  # fmt: skip
    assert not next(errors) or done.before.attachment == "hostdev"
    assert not next(errors)
    if done.changes and source != "hostdev":
        assert way_back(done)[0] == ""


@pytest.mark.parametrize(
    ("source", "aim"),
    [("isolated", "nat"), ("isolated", "routed"), ("isolated", "open"), ("none", "isolated"), ("open", "isolated"),
     ("nat6", "nat"), ("bridged", "isolated")],
)  # fmt: skip
def test_nothing_is_lost_where_both_modes_can_have_it(source: str, aim: Aim) -> None:
    done = converted(SOURCES[source], aim)
    kept = [each for each in done.changes if each.kind == "remove" and not each.place.startswith(("forward", "bridge"))]
    assert kept == []


def test_isolated_to_nat_and_back_is_the_same_text() -> None:
    done = converted(SOURCES["isolated"], "nat")
    assert converted(done.text.text, "isolated").text.text == SOURCES["isolated"]


@pytest.mark.parametrize(
    ("text", "aim", "uplink", "after"),
    [
        (IP, "nat", None, f"<forward mode='nat'/>{IP}"),
        (IP + IP6, "nat", None, f"<forward mode='nat'><nat ipv6='yes'/></forward>{IP}{IP6}"),
        ("<forward mode='none'/>" + IP, "routed", None, f"<forward mode='route'/>{IP}"),
        ("<forward mode='route' dev='eth0'/>" + IP, "nat", None, f"<forward mode='nat' dev='eth0'/>{IP}"),
        ("<forward mode='route' dev='eth0'/>" + IP, "open", None, f"<forward mode='open'/>{IP}"),
        ("<forward dev='eth0'><interface dev='eth0'/></forward>" + IP, "open", None, f"<forward mode='open'/>{IP}"),
        ("<forward><nat ipv6='yes'/></forward>" + IP, "isolated", None, IP),
        ("<forward/><bridge name='virbr5' stp='off'/>" + IP, "bridged", "br0",
         "<forward mode='bridge'/><bridge name='br0'/>"),
        ("<bridge macTableManager='kernel' delay='0'/>", "bridged", "br0",
         "<forward mode='bridge'/><bridge macTableManager='kernel' delay='0' name='br0'/>"),
        ("<forward mode='bridge'/><bridge name='br0' macTableManager='kernel'/>", "isolated", None,
         "<bridge macTableManager='kernel'/>"),
        ("<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch'/><vlan><tag id='4'/></vlan>",
         "isolated", None, ""),
        ("<forward/><port isolated='yes'/>" + IP, "macvtap", "eth1",
         "<forward mode='private'><interface dev='eth1'/></forward>"),
        ("<forward/><port isolated='yes'/>" + IP, "bridged", "br0",
         "<forward mode='bridge'/><bridge name='br0'/><port isolated='yes'/>"),
        ("<forward dev='eth0'/>" + IP, "macvtap", None, "<forward dev='eth0' mode='bridge'/>"),
        ("<forward mode='vepa' dev='eth0'><interface dev='eth0'/></forward>", "macvtap", "eth1",
         "<forward mode='vepa'><interface dev='eth1'/></forward>"),
        ("<forward mode='hostdev' managed='yes'><pf dev='eth3'/></forward>", "macvtap", None,
         "<forward mode='bridge'><interface dev='eth3'/></forward>"),
        ("<forward mode='hostdev'><address type='pci' domain='0' bus='1' slot='2' function='0'/></forward>",
         "bridged", "br0", "<forward mode='bridge'/><bridge name='br0'/>"),
        ("<forward mode='passthrough'><interface dev='eth1'/></forward><vlan><tag id='4'/></vlan>", "bridged", "br0",
         "<forward mode='bridge'/><bridge name='br0'/>"),
    ],
)  # fmt: skip
def test_a_conversion_sets_and_removes_just_what_the_mode_needs(
    text: str, aim: Aim, uplink: str | None, after: str
) -> None:
    assert inner(text, aim, uplink) == after


def test_a_network_without_an_address_gets_one() -> None:
    served = "<dhcp><range start='10.40.2.2' end='10.40.2.254'/></dhcp>"
    assert inner("", "routed", subnet="10.40.2.0/24") == (
        f"<forward mode='route'/><ip address='10.40.2.1' prefix='24'>{served}</ip>"
    )
    assert inner("", "nat", subnet="fd00:2::/64") == (
        "<forward mode='nat'><nat ipv6='yes'/></forward><ip family='ipv6' address='fd00:2::1' prefix='64'/>"
    )
    assert inner("", "nat", subnet="10.40.2.0/30").endswith(
        "<ip address='10.40.2.1' prefix='30'><dhcp><range start='10.40.2.2' end='10.40.2.2'/></dhcp></ip>"
    )


def test_a_free_subnet_is_chosen_beside_those_of_the_host() -> None:
    done = converted("<network><name>lan</name></network>", "nat", settings=Settings(host=Host.of(HOST)))
    assert [ip.subnet for ip in done.after.ips] == [ip_network("192.168.124.0/24")]


def test_the_inventory_names_the_only_bridge_and_the_only_nic() -> None:
    settings = Settings(host=Host.of(HOST))
    text = f"<network><name>lan</name>{IP}</network>"
    assert converted(text, "bridged", settings=settings).after.bridge_name == "br0"
    assert converted(text, "macvtap", settings=settings).target.nics == ("eth2",)


def test_an_open_vswitch_gets_its_virtual_port() -> None:
    text = f"<network><name>lan</name><port isolated='yes'/>{IP}</network>"
    done = converted(text, "bridged", "ovs0", settings=Settings(host=Host.of(HOST)))
    switched = "<bridge name='ovs0'/><virtualport type='openvswitch'/>"
    assert done.text.text == f"<network><name>lan</name><forward mode='bridge'/>{switched}</network>"
    linux = converted(done.text.text, "bridged", "br0", settings=Settings(host=Host.of(HOST)))
    assert linux.text.text == "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>"


def test_a_vlan_is_kept_on_a_bridge_since_libvirt_11() -> None:
    vlan = "<vlan><tag id='42'/></vlan>"
    text = f"<network><name>lan</name><forward mode='passthrough'><interface dev='eth1'/></forward>{vlan}</network>"
    assert vlan in converted(text, "bridged", "br0", settings=Settings(target=parse_version("11.0.0"))).text.text
    assert vlan not in converted(text, "bridged", "br0", settings=Settings(target=parse_version("10.9.0"))).text.text


def test_each_removal_has_a_line_with_its_reason() -> None:
    words = [each.words for each in converted(SOURCES["nat"], "macvtap", "eth1").changes]
    assert words == [
        "set the mode to 'bridge'",
        "added <interface dev='eth1'/>, which guests use by macvtap",
        "removed <nat> with <port>: libvirt accepts it with mode 'nat' only, not with 'bridge'",
        "removed <bridge name='virbr70'>: mode 'bridge' without a bridge uses the host's devices directly",
        "removed <mtu>: it is for a bridge that libvirt makes",
        "removed <mac address='52:54:00:0a:0b:0c'>: it is for a bridge that libvirt makes",
        "removed <domain name='lan.example'>: it is for the dnsmasq that libvirt runs on its own bridges",
        "removed <dns> with <host>: it is for the dnsmasq that libvirt runs on its own bridges",
        "removed <ip address='10.30.1.1'> with <dhcp>: the LAN that guests join has the addresses and the DHCP server",
        "removed <bandwidth> with <inbound> of <portgroup name='slow'>: "
        "libvirt cannot limit a network that uses macvtap",
    ]


@pytest.mark.parametrize("mode", ["private", "vepa", "passthrough", "bridge", "hostdev"])
@pytest.mark.parametrize("source", SOURCES)
def test_fixes_of_rules_reach_every_mode_of_libvirt(source: str, mode: str) -> None:
    lan = Network(parse(named("lan.xml", SOURCES[source]))[0].root)
    changes = conversion(lan, Target(mode, nics=("eth1",)))  # type: ignore[arg-type]
    assert all(each.edits for each in changes)
    edits = [edit for each in changes for edit in each.edits]
    after = named("lan.xml", apply(SOURCES[source], with_leftovers(SOURCES[source], edits)))
    assert gate.is_valid(parse(after)[0], None)
    private = mode == "bridge" and lan.isolates_ports
    assert Network(parse(after)[0].root).mode == ("private" if private else mode)


@pytest.mark.parametrize(
    ("text", "aim", "uplink", "subnet", "message"),
    [
        ("<domain><name>web</name></domain>", "nat", None, None,
         "lan.xml: a guest, not a network: name the file of the network that it is in"),
        ("<filter name='f'/>", "nat", None, None, "lan.xml: <filter> is not a network"),
        ("", "nat", None, None, "lan.xml:1:1: the file is empty"),
        ("<network><name>lan</name>", "nat", None, None, "lan.xml:1:2: unclosed element <network>"),
        ("<network><name>lan</name><forward mode='{{ mode }}'/></network>", "nat", None, None,
         "lan.xml:1:26: the mode is a placeholder: convert the file that the template makes, or by hand"),
        ("<network><name>lan</name><forward mode='natt'/></network>", "open", None, None,
         "lan.xml:1:26: unknown forward mode 'natt': correct it first"),
        ("<network><name>lan</name><forwad mode='nat'/></network>", "open", None, None,
         "lan.xml:1:26: unknown element"),
        ("<network><name>lan</name>{{ more }}<forward/></network>", "open", None, None,
         "lan.xml:1:1: a placeholder stands for elements"),
        ("<!DOCTYPE n [<!ENTITY a 'b'>]><network><name>lan</name></network>", "nat", None, None,
         "lan.xml:1:1: entity declarations are not expanded"),
        ("<network><name>a</name></network><network><name>b</name></network>", "nat", None, None,
         "lan.xml: 2 networks (a, b): choose one with --network NAME"),
        ("<network><name>lan</name></network>", "bridged", None, None,
         "lan.xml: bridged: missing bridge of the host: pass --uplink, such as --uplink br0, or --host INVENTORY"),
        ("<network><name>lan</name></network>", "macvtap", None, None, "lan.xml: macvtap: missing NIC of the host"),
        ("<network><name>lan</name></network>", "nat", "br0", None, "lan.xml: --uplink br0: only bridged and macvtap"),
        ("<network><name>lan</name></network>", "bridged", "a b", None, "lan.xml: --uplink 'a b': invalid name"),
        ("<network><name>lan</name></network>", "bridged", "a" * 16, None, "lan.xml: --uplink 'aaaaaaaaaaaaaaaa': inv"),
        ("<network><name>lan</name></network>", "bridged", "br0", "10.0.0.0/24",
         "lan.xml: --subnet 10.0.0.0/24: a bridged network has the addresses of the LAN; remove the option"),
        ("<network><name>lan</name></network>", "nat", None, "10.0.0.0",
         "lan.xml: --subnet '10.0.0.0': invalid subnet"),
        ("<network><name>lan</name></network>", "nat", None, "10.0.0.9/24",
         "lan.xml: --subnet 10.0.0.9/24: not the first address of a subnet: expected 10.0.0.0/24"),
        ("<network><name>lan</name></network>", "nat", None, "10.0.0.0/31", "lan.xml: --subnet 10.0.0.0/31: no room"),
        ("<network><name>lan</name></network>", "nat", None, "127.0.0.0/8", "lan.xml: --subnet 127.0.0.0/8: cannot be"),
        (f"<network><name>lan</name>{IP}</network>", "nat", None, "10.0.0.0/24",
         "lan.xml: --subnet 10.0.0.0/24: network 'lan' has 10.30.1.0/24 already; remove the option"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_one_line(
    text: str, aim: Aim, uplink: str | None, subnet: str | None, message: str
) -> None:
    with pytest.raises(ConvertError) as error:
        converted(text, aim, uplink, subnet)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("aim", "uplink", "subnet", "message"),
    [
        ("bridged", "eth2", None, "--uplink eth2: a NIC of the host, not a bridge: use the mode macvtap"),
        ("bridged", "eth1", None, "--uplink eth1: a NIC of the host, not a bridge: it is a port of 'br0', so use"),
        ("macvtap", "br0", None, "--uplink br0: a bridge of the host, not a NIC: use `bridged --uplink br0`"),
        ("macvtap", "eth1", None, "--uplink eth1: a port of the bridge 'br0', which macvtap cannot use: use `bridged"),
        ("nat", None, "192.168.50.0/25", "--subnet 192.168.50.0/25: overlaps 192.168.50.0/24 of the host's eth0"),
        ("nat", None, "192.168.123.0/24", "--subnet 192.168.123.0/24: overlaps 192.168.123.0/24 of the host's network"),
    ],
)
def test_the_inventory_tells_what_cannot_be_used(
    aim: Aim, uplink: str | None, subnet: str | None, message: str
) -> None:
    with pytest.raises(ConvertError) as error:
        converted("<network><name>lan</name></network>", aim, uplink, subnet, Settings(host=Host.of(HOST)))
    assert str(error.value).startswith(f"lan.xml: {message}")


def test_two_bridges_have_to_be_chosen_from() -> None:
    links = [{"name": name, "kind": "bridge", "ports": [f"{name}p"]} for name in ("br0", "br1")]
    nics = [{"name": f"{name}p", "kind": "nic"} for name in ("br0", "br1")]
    host = Host.of({"version": 1, "interfaces": [*links, *nics]})
    for aim, message in (
        ("bridged", "the inventory lists more than one bridge with a NIC among its ports (br0, br1): pass --uplink"),
        ("macvtap", "the inventory lists no wired NIC that is a port of nothing: pass --uplink NIC"),
    ):
        with pytest.raises(ConvertError) as error:
            converted("<network><name>lan</name></network>", aim, settings=Settings(host=host))  # type: ignore[arg-type]
        assert message in str(error.value)


def test_a_template_is_converted_where_its_statements_do_not_matter() -> None:
    inside = "  <name>{{ name }}</name>\n  <forward mode='nat'/>\n  <ip address='{{ ip }}' prefix='24'/>\n"
    text = f"<network>\n{inside}</network>\n"
    assert converted(text, "routed").text.text == text.replace("'nat'", "'route'")
    branched = text.replace("  <forward mode='nat'/>\n", "{% if x %}\n  <forward mode='nat'/>\n{% endif %}\n")
    with pytest.raises(ConvertError, match="the template's own statements decide what this network has"):
        converted(branched, "routed")
