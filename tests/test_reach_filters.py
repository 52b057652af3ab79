"""What a network filter does to a packet. `tests/oracle/test_nwfilter.py` asks libvirt the same."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise
from typing import Literal

import pytest

from tests.sources import named
from vnetlint.model import Domain, model_of
from vnetlint.model.domain import FilterRef
from vnetlint.project import Project
from vnetlint.reach.filters import Decision, Frame, learning, passes
from vnetlint.xml.tree import parse

OWN, OTHER = "52:54:00:00:00:01", "52:54:00:00:00:02"
ADDRESS = {4: ("10.9.0.11", "10.9.0.12"), 6: ("fd09::11", "fd09::12")}
KNOWN = {"MAC": (OWN,), "IP": (ADDRESS[4][0],)}


def frame(
    direction: Literal["in", "out"] = "out",
    version: Literal[4, 6] = 4,
    protocol: Literal["icmp", "tcp", "udp", "arp"] = "tcp",
    port: int = 80,
) -> Frame:
    """A packet that opens a connection between the guest and its neighbour."""
    own, other = ((mac, ip_address(address)) for mac, address in zip((OWN, OTHER), ADDRESS[version], strict=True))
    sender, receiver = (own, other) if direction == "out" else (other, own)
    ports = (40000, port) if protocol in ("tcp", "udp") else (None, None)
    return Frame(direction, version, protocol, sender[0], receiver[0], sender[1], receiver[1], ports[0], ports[1])


def reply_to(one: Frame) -> Frame:
    """The answer to a packet."""
    return replace(
        one,
        direction="in" if one.direction == "out" else "out",
        source_mac=one.destination_mac,
        destination_mac=one.source_mac,
        source=one.destination,
        destination=one.source,
        source_port=one.destination_port,
        destination_port=one.source_port,
        state="established",
    )


def decide(
    reference: str,
    packet: Frame,
    *filters: str,
    known: Mapping[str, tuple[str, ...]] = KNOWN,
    bridge_netfilter: bool = False,
) -> Decision:
    """What the filter of a guest's NIC does with a packet."""
    nic = f"<interface type='bridge'>{reference}</interface>"
    texts = (f"<domain><name>web</name><devices>{nic}</devices></domain>", *filters)
    documents = [each for number, text in enumerate(texts) for each in parse(named(f"{number}.xml", text))]
    models = tuple(model for document in documents if (model := model_of(document)) is not None)
    assert isinstance(models[0], Domain)
    filterref = models[0].interfaces[0].filterref
    assert filterref is not None
    return passes(filterref, Project(models), packet, known, bridge_netfilter=bridge_netfilter)


def uses(name: str, **values: str) -> str:
    parameters = "".join(f"<parameter name='{key}' value='{value}'/>" for key, value in values.items())
    return f"<filterref filter='{name}'>{parameters}</filterref>"


@pytest.mark.parametrize(
    ("name", "packet", "verdict"),
    [
        ("clean-traffic", frame(), "accept"),
        ("clean-traffic", frame("in"), "accept"),
        ("clean-traffic", replace(frame(), source=ip_address("10.9.0.99")), "drop"),
        ("clean-traffic", replace(frame(), source_mac=OTHER), "drop"),
        ("clean-traffic", frame(protocol="arp"), "accept"),
        ("clean-traffic", replace(frame(protocol="arp"), source=ip_address("10.9.0.99")), "drop"),
        ("clean-traffic", frame(version=6), "drop"),
        ("clean-traffic", frame("in", version=6), "drop"),
        ("no-mac-spoofing", frame(version=6), "accept"),
        ("no-mac-spoofing", replace(frame(version=6), source_mac=OTHER), "drop"),
        ("no-ip-spoofing", replace(frame(protocol="udp"), source=ip_address("0.0.0.0")), "accept"),
        ("no-ip-spoofing", replace(frame(protocol="tcp"), source=ip_address("0.0.0.0")), "drop"),
        ("no-arp-spoofing", replace(frame(protocol="arp"), source_mac=OTHER), "drop"),
        ("no-ip-multicast", replace(frame(protocol="udp"), destination=ip_address("239.1.2.3")), "drop"),
        ("no-ipv6-multicast", replace(frame(version=6), destination=ip_address("ff02::1")), "drop"),
        ("no-mac-broadcast", replace(frame(), destination_mac="ff:ff:ff:ff:ff:ff"), "drop"),
        ("no-mac-broadcast", replace(frame(protocol="arp"), destination_mac="ff:ff:ff:ff:ff:ff"), "accept"),
        ("no-other-l2-traffic", frame("in"), "drop"),
        ("allow-ipv4", frame(version=6), "accept"),
    ],
)
def test_the_filters_of_libvirt(name: str, packet: Frame, verdict: str) -> None:
    assert decide(uses(name), packet).verdict == verdict


def test_the_gateway_filter_lets_the_guest_talk_to_the_gateway_alone() -> None:
    reference = uses("clean-traffic-gateway", GATEWAY_MAC=OTHER)
    elsewhere = replace(frame(version=6), destination_mac="52:54:00:00:00:03")
    assert decide(reference, frame(version=6)).verdict == "accept"
    assert decide(reference, elsewhere).verdict == "drop"


def test_an_unknown_variable_is_named_where_it_decides() -> None:
    unknown = decide(uses("clean-traffic"), frame(), known={"MAC": (OWN,)})
    assert (unknown.verdict, unknown.missing) == ("unknown", "the variable 'IP'")
    assert decide(uses("clean-traffic"), frame("in"), known={}).verdict == "accept"
    assert decide(uses("clean-traffic"), frame("in", version=6), known={}).verdict == "drop"


def test_the_parameters_of_the_interface_win() -> None:
    packet = replace(frame(), source=ip_address("10.9.0.99"))
    assert decide(uses("no-ip-spoofing", IP="10.9.0.99"), packet).verdict == "accept"
    inner = f"<filter name='mine'>{uses('no-ip-spoofing', IP='1.1.1.1')}</filter>"
    assert decide(uses("mine", IP="10.9.0.99"), packet, inner, known={}).verdict == "accept"
    assert decide(uses("mine"), packet, inner, known={}).verdict == "drop"


def test_an_address_that_no_rule_needs_is_not_learned() -> None:
    inner = f"<filter name='mine'>{uses('no-ip-spoofing', IP='10.9.0.99')}</filter>"
    assert decide(uses("mine"), frame(), inner).verdict == "drop"
    assert decide(uses("mine"), replace(frame(), source=ip_address("10.9.0.99")), inner).verdict == "accept"


@pytest.mark.parametrize(
    ("parameters", "how"),
    [("", "any"), ("dhcp", "dhcp"), ("NONE", "none"), ("perhaps", None)],
)
def test_how_the_address_is_learned(parameters: str, how: str | None) -> None:
    reference = uses("clean-traffic", CTRL_IP_LEARNING=parameters) if parameters else uses("clean-traffic")
    (document,) = parse(named("web.xml", f"<domain><devices><interface>{reference}</interface></devices></domain>"))
    assert learning(FilterRef(next(each for each in document.root.descendants() if each.name == "filterref"))) == how


@pytest.mark.slow
def test_includes_without_end_are_cut_off() -> None:
    names = [f"f{number}" for number in range(40)]
    doubling = [f"<filter name='{one}'>{uses(other) * 2}</filter>" for one, other in pairwise(names)]
    last = f"<filter name='{names[-1]}'/>"
    decision = decide(uses("f0"), frame(), *doubling, last)
    assert decision.missing == "what filter 'f0' does, because it has too many rules"
    deep = [f"<filter name='d{number}'>{uses(f'd{number + 1}')}</filter>" for number in range(3000)]
    assert decide(uses("d0"), frame(), *deep, "<filter name='d3000'/>").verdict == "accept"


def test_a_decision_names_the_rule_and_its_place_in_the_project() -> None:
    own = (
        "<filter name='mine'><filterref filter='clean-traffic'/>"
        "<rule action='drop' direction='in' priority='-900'/></filter>"
    )
    decision = decide(uses("mine"), frame("in"), own)
    assert decision.rule is not None
    assert (decision.verdict, decision.filter, decision.place) == ("drop", "mine", decision.rule.node)
    included = decide(uses("mine"), frame(version=6), own)
    assert (included.rule, included.filter) == (None, "no-other-l2-traffic")
    assert included.place is not None
    assert included.place.get("filter") == "clean-traffic"


WEB = (
    "<filter name='web'>"
    "<rule action='accept' direction='in' priority='100'><tcp dstportstart='80'/></rule>"
    "<rule action='accept' direction='out' priority='200'><all/></rule>"
    "<rule action='reject' direction='inout' priority='900'><all/></rule>"
    "</filter>"
)


def test_rules_for_iptables_do_nothing_without_br_netfilter() -> None:
    assert decide(uses("web"), frame("in", port=22), WEB).verdict == "accept"
    assert decide(uses("web"), frame("in", port=22), WEB, bridge_netfilter=True).verdict == "reject"


def test_replies_follow_what_was_accepted() -> None:
    for packet in (frame("in"), frame("out", port=22)):
        assert decide(uses("web"), packet, WEB, bridge_netfilter=True).verdict == "accept"
        assert decide(uses("web"), reply_to(packet), WEB, bridge_netfilter=True).verdict == "accept"


@pytest.mark.parametrize("path", ["host", "routed"])
def test_iptables_does_not_see_what_the_host_sends_or_routes_to_a_guest(path: Literal["host", "routed"]) -> None:
    packet = replace(frame("in", port=22), path=path)
    assert decide(uses("web"), packet, WEB, bridge_netfilter=True).verdict == "accept"
    assert decide(uses("web"), reply_to(packet), WEB, bridge_netfilter=True).verdict == "reject"


def test_arp_is_not_for_iptables() -> None:
    assert decide(uses("web"), frame("in", protocol="arp"), WEB, bridge_netfilter=True).verdict == "accept"


def test_a_type_of_icmp_for_both_directions_is_in_no_chain() -> None:
    ping = "<filter name='ping'><rule action='drop' direction='{}'><icmp type='8'/></rule></filter>"
    packet = frame("in", protocol="icmp")
    assert decide(uses("ping"), packet, ping.format("in"), bridge_netfilter=True).verdict == "drop"
    assert decide(uses("ping"), packet, ping.format("inout"), bridge_netfilter=True).verdict == "accept"


def test_neighbour_discovery_belongs_to_no_connection() -> None:
    six = (
        "<filter name='six'><rule action='accept' direction='out' {}><icmpv6/></rule>"
        "<rule action='drop' direction='inout' priority='900'><all-ipv6/></rule></filter>"
    )
    solicitation = replace(frame("out", 6, "icmp"), icmp_type=135)
    assert decide(uses("six"), frame("out", 6, "icmp"), six.format(""), bridge_netfilter=True).verdict == "accept"
    assert decide(uses("six"), solicitation, six.format(""), bridge_netfilter=True).verdict == "drop"
    stateless = six.format("statematch='false'")
    assert decide(uses("six"), solicitation, stateless, bridge_netfilter=True).verdict == "accept"


def test_the_end_of_a_chain_accepts() -> None:
    own = (
        "<filter name='mine'><filterref filter='no-ip-multicast'/>"
        "<rule action='drop' direction='out' priority='500'><ip protocol='tcp'/></rule></filter>"
    )
    decision = decide(uses("mine"), frame(), own)
    assert (decision.verdict, decision.filter) == ("accept", "no-ip-multicast")


def test_a_port_of_the_receiver_is_turned_around_only_with_one_of_the_sender() -> None:
    one = "<filter name='one'><rule action='drop' direction='in'><tcp match='no' {}/></rule></filter>"
    alone, both = "dstportstart='80'", "srcportstart='1' dstportstart='81'"
    assert decide(uses("one"), frame("in"), one.format(alone), bridge_netfilter=True).verdict == "drop"
    assert decide(uses("one"), frame("in"), one.format(both), bridge_netfilter=True).verdict == "drop"
    assert decide(uses("one"), frame("in", port=81), one.format(both), bridge_netfilter=True).verdict == "accept"


@pytest.mark.parametrize(
    ("filters", "missing"),
    [
        ((), "the filter 'mine'"),
        (("<filter name='mine'><filterref filter='mine'/></filter>",),
         "what filter 'mine' does, because it includes itself"),
        (("<filter name='mine'><rule action='@ACTION@' direction='in'/></filter>",),
         "the action, direction or priority of a rule of filter 'mine'"),
        (("<filter name='mine'><rule action='drop' direction='out'><tcp flags='SYN/ALL'/></rule></filter>",),
         "which packets flags='SYN/ALL' matches"),
        (("<filter name='mine'><rule action='drop' direction='out'><ip srcipaddr='nonsense'/></rule></filter>",),
         "which packets 'nonsense' matches"),
        (("<filter name='mine'><rule action='drop' direction='out'><ip srcipaddr='$A'/></rule></filter>",),
         "the variable 'A'"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_named(filters: tuple[str, ...], missing: str) -> None:
    decision = decide(uses("mine"), frame(), *filters, bridge_netfilter=True)
    assert (decision.verdict, decision.missing) == ("unknown", missing)


def test_chains_of_one_priority_decide_only_if_their_order_does_not_matter() -> None:
    chain = "<filter name='{0}' chain='ipv4-{0}' priority='5'><rule action='{1}' direction='in'/></filter>"
    both = "<filter name='mine'><filterref filter='a'/><filterref filter='b'/></filter>"
    equal = decide(uses("mine"), frame("in"), chain.format("a", "drop"), chain.format("b", "drop"), both)
    assert equal.verdict == "drop"
    unclear = decide(uses("mine"), frame("in"), chain.format("a", "drop"), chain.format("b", "accept"), both)
    assert unclear.missing == "the order of the chains 'ipv4-a' and 'ipv4-b'"


def test_lists_that_advance_together_have_to_be_of_one_length() -> None:
    own = (
        "<filter name='mine'><rule action='drop' direction='in'>"
        "<tcp srcipaddr='$A{}' dstportstart='$B{}'/></rule></filter>"
    )
    values: dict[str, tuple[str, ...]] = {"A": ("10.9.0.1", ADDRESS[4][1]), "B": ("80", "81")}
    pairs, products = own.format("", ""), own.format("[@1]", "[@2]")
    assert decide(uses("mine"), frame("in"), pairs, known=values, bridge_netfilter=True).verdict == "accept"
    assert decide(uses("mine"), frame("in"), products, known=values, bridge_netfilter=True).verdict == "drop"
    uneven = decide(uses("mine"), frame("in"), pairs, known=values | {"B": ("80",)}, bridge_netfilter=True)
    assert uneven.missing == "the values of 'A' and 'B', which differ in number"


def test_nwfilter_may_accept_for_the_whole_forward_chain() -> None:
    assert decide(uses("web"), frame(), WEB, bridge_netfilter=True).skips_firewall
    assert decide(uses("web"), frame("in"), WEB, bridge_netfilter=True).skips_firewall
    assert not decide(uses("web"), frame(), WEB).skips_firewall
    assert not decide(uses("web"), frame(version=6), WEB, bridge_netfilter=True).skips_firewall
    assert not decide(uses("clean-traffic"), frame(), bridge_netfilter=True).skips_firewall
