"""Edits that several rules offer: each makes a network or a guest what it says."""

from ipaddress import ip_network

import pytest

from tests.sources import named
from vnetlint import remedies
from vnetlint.model import Domain, Network
from vnetlint.model.addresses import Subnet
from vnetlint.remedies import Target
from vnetlint.xml.edit import Edits
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

IP = "<ip address='10.30.1.1' prefix='24'/>"
IP6 = "<ip family='ipv6' address='fd00::1' prefix='64'/>"
SUBNET: Subnet = ip_network("10.40.2.0/24")


def network(inner: str) -> Network:
    return Network(parse(named("lan.xml", f"<network>{inner}</network>"))[0].root)


def guest(interface: str) -> Domain:
    return Domain(parse(named("web.xml", f"<domain><devices>{interface}</devices></domain>"))[0].root)


def edited(view: Network | Domain, edits: tuple[Edits, ...]) -> str:
    """The document after the edits, without its root."""
    assert all(edits)
    text = apply(view.node.document.source.text, [each for group in edits for each in group])
    return text.removeprefix(f"<{view.node.name}>").removesuffix(f"</{view.node.name}>")


@pytest.mark.parametrize(
    ("inner", "after"),
    [
        (f"<forward mode='route'/>{IP}", f"<forward mode='nat'/>{IP}"),
        (f"<forward mode='route'/>{IP6}", f"<forward mode='nat'><nat ipv6='yes'/></forward>{IP6}"),
        (
            f"<forward mode='route'><nat ipv6='no'/></forward>{IP6}",
            f"<forward mode='nat'><nat ipv6='yes'/></forward>{IP6}",
        ),
    ],
)
def test_nat_translates_both_families(inner: str, after: str) -> None:
    lan = network(inner)
    assert edited(lan, remedies.to_nat(lan)) == after


@pytest.mark.parametrize("inner", ["<forward mode='bridge'/><bridge name='br0'/>", "<forward mode='vepa' dev='eth0'/>"])
def test_a_network_on_the_hosts_link_gets_nat_and_an_address(inner: str) -> None:
    lan = network(inner)
    served = "<dhcp><range start='10.40.2.2' end='10.40.2.254'/></dhcp>"
    text = edited(lan, remedies.to_mode(lan, Target("nat", subnet=SUBNET)))
    assert text == f"<forward mode='nat'/><ip address='10.40.2.1' prefix='24'>{served}</ip>"


@pytest.mark.parametrize(
    ("inner", "after"),
    [
        ("<forward mode='bridge'/><bridge name='br0'/>", ""),
        (f"<forward/><bridge name='virbr5'/>{IP}", f"<bridge name='virbr5'/>{IP}"),
    ],
)
def test_an_isolated_network_keeps_only_a_bridge_of_its_own(inner: str, after: str) -> None:
    lan = network(inner)
    assert edited(lan, remedies.to_mode(lan, "isolated")) == after


def test_macvtap_takes_the_place_of_the_hosts_bridge() -> None:
    lan = network("<forward mode='bridge'/><bridge name='br0'/>")
    assert edited(lan, remedies.to_macvtap(lan, "eth1")) == "<forward mode='bridge'><interface dev='eth1'/></forward>"
    web = guest("<interface type='bridge'><source bridge='br0'/></interface>")
    text = edited(web, remedies.to_macvtap(web.interfaces[0], "eth1"))
    assert text == "<devices><interface type='direct'><source dev='eth1' mode='bridge'/></interface></devices>"


@pytest.mark.parametrize(
    "interface",
    [
        "<interface type='bridge'><source bridge='br0'/></interface>",
        "<interface type='network'><source network='dmz'/></interface>",
        "<interface type='user'/>",
    ],
)
def test_an_interface_joins_a_network_whatever_it_had(interface: str) -> None:
    web = guest(interface)
    text = edited(web, remedies.join_network(web.interfaces[0], "lan"))
    assert text == "<devices><interface type='network'><source network='lan'/></interface></devices>"


def test_what_cannot_be_edited_is_not_offered() -> None:
    lan = network("<forward mode='route'/>")
    assert remedies.fix("Use NAT", *remedies.to_mode(lan, "nat"), safety="choice") != ()
    assert remedies.fix("Route", *remedies.to_mode(lan, "route"), safety="choice") == ()
    half = network("<forward mode='route'")
    assert remedies.fix("Use NAT", *remedies.to_mode(half, "nat"), safety="choice") == ()
