"""Who reaches whom in each mode, as packets on real hosts did (tests/reality measures the same and more)."""

import pytest

from tests.reach.worlds import FOUND, ask, guest, host, network, verdict, world

LAN = "lan(eth0)"
V6 = "<ip family='ipv6' address='fd10::1' prefix='64'/>"


def test_nat_leads_out_under_the_host_and_lets_nobody_in() -> None:
    reach = world(network("n"), guest("a", "n"), guest("b", "n"))
    assert verdict(reach, "a", "b") == verdict(reach, "a", "host") == verdict(reach, "host", "a") == "allowed"
    out = ask(reach, "a", LAN)
    assert (out.verdict, out.usual.source, out.usual.is_translated) == ("allowed", "192.168.50.10", True)
    assert verdict(reach, "a", "internet") == "allowed"
    assert verdict(reach, LAN, "a") == verdict(reach, "internet", "a") == "no-route"


def test_nat_rejects_what_is_routed_to_it() -> None:
    upstream = {**FOUND["upstream"], "routes": [{"to": "10.10.0.0/24", "via": "192.168.50.10"}]}
    reach = world(network("n"), guest("a", "n"), at=host(upstream=upstream))
    answer = ask(reach, LAN, "a")
    assert answer.verdict == "rejected"
    assert answer.usual.reasons[-1].place is not None


def test_nat_does_not_translate_ipv6_by_itself() -> None:
    upstream = {**FOUND["upstream"], "routes": [{"to": "fd10::/64", "via": "fd50::10"}]}
    plain, known = (world(network("n", inside=V6), guest("a", "n"), at=at) for at in (FOUND, host(upstream=upstream)))
    assert verdict(plain, "a", LAN, 6) == "one-way"
    assert verdict(known, "a", LAN, 6) == verdict(known, LAN, "a", 6) == "allowed"
    text = network("n", inside=V6).replace("<forward mode='nat'/>", "<forward><nat ipv6='yes'/></forward>")
    translated = world(text, guest("a", "n"), at=host(upstream=upstream))
    assert ask(translated, "a", LAN, 6).usual.source == "fd50::10"
    assert verdict(translated, LAN, "a", 6) == "rejected"


@pytest.mark.parametrize("mode", ["route", "open"])
def test_routed_needs_a_way_back(mode: str) -> None:
    upstream = {**FOUND["upstream"], "routes": [{"to": "10.10.0.0/24", "via": "192.168.50.10"}]}
    lost, found = (world(network("n", mode), guest("a", "n"), at=at) for at in (FOUND, host(upstream=upstream)))
    assert verdict(lost, "a", LAN) == "one-way"
    assert verdict(found, "a", LAN) == verdict(found, LAN, "a") == "allowed"
    assert ask(found, "a", LAN).usual.source == "10.10.0.10"


def test_open_forwards_by_itself_before_10_8_only() -> None:
    reach = world(network("n", "open"), guest("a", "n"), at=host(libvirt="12.8.0"))
    assert verdict(reach, "a", LAN) == "dropped"
    assert verdict(reach, "a", "host") == "allowed"


def test_isolated_guests_reach_each_other_and_the_host() -> None:
    reach = world(network("n", None), guest("a", "n"), guest("b", "n"))
    assert verdict(reach, "a", "b") == verdict(reach, "a", "host") == "allowed"
    assert verdict(reach, "a", LAN) == verdict(reach, LAN, "a") == "no-route"


def test_isolated_with_a_gateway_set_by_hand_is_rejected() -> None:
    told = {"name": "a", "nics": [{"addresses": ["10.10.0.50/24"]}], "routes": [{"to": "default", "via": "10.10.0.1"}]}
    at = host(guests=[told], forwarding={"ipv4": True, "ipv6": False})
    assert verdict(world(network("n", None), guest("a", "n"), at=at), "a", LAN) == "rejected"


def test_isolated_without_an_address_leaves_the_host_out() -> None:
    reach = world(network("n", None, ip=""), guest("a", "n"), guest("b", "n"))
    assert verdict(reach, "a", "b") == "allowed"
    assert verdict(reach, "a", "host") != "allowed" != verdict(reach, "host", "a")


def test_an_isolated_network_leaks_one_way_into_a_routed_one() -> None:
    told = {"name": "a", "nics": [{"addresses": ["10.10.0.50/24"]}], "routes": [{"to": "default", "via": "10.10.0.1"}]}
    reach = world(
        network("iso", None), network("r", "route", 20), guest("a", "iso"), guest("b", "r"), at=host(guests=[told])
    )
    assert verdict(reach, "a", "b") == "one-way"
    assert verdict(reach, "b", "a") == "rejected"


def test_a_bridge_with_a_nic_is_the_lan() -> None:
    interfaces = [{"name": "eth0", "kind": "nic", "master": "br0"},
                  {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"], "ports": ["eth0"]}]  # fmt: skip
    routes = [{"to": "default", "via": "192.168.50.1", "dev": "br0"}]
    bridged = "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/></network>"
    reach = world(bridged, guest("a", "n"), guest("b", "n"), at=host(interfaces=interfaces, routes=routes))
    for pair in (("a", "b"), ("a", "host"), ("host", "a"), ("a", LAN), (LAN, "a"), ("a", "internet")):
        assert verdict(reach, *pair) == "allowed", pair
    assert not ask(reach, "a", LAN).usual.is_translated


MACVTAP = {
    "bridge": ("allowed", "dropped", "allowed"),
    "vepa": ("dropped", "dropped", "allowed"),
    "private": ("dropped", "dropped", "allowed"),
}


@pytest.mark.parametrize("mode", MACVTAP)
def test_macvtap_keeps_guests_from_the_host(mode: str) -> None:
    text = f"<network><name>n</name><forward mode='{mode}'><interface dev='eth0'/></forward></network>"
    reach = world(text, guest("a", "n"), guest("b", "n"))
    found = verdict(reach, "a", "b"), verdict(reach, "a", "host"), verdict(reach, "a", LAN)
    assert found == MACVTAP[mode]


def test_passthrough_takes_the_nic_from_the_host() -> None:
    text = "<network><name>n</name><forward mode='passthrough'><interface dev='eth0'/></forward></network>"
    reach = world(text, guest("a", "n"), guest("b", "n"))
    assert verdict(reach, "a", LAN) == verdict(reach, LAN, "a") == "allowed"
    assert verdict(reach, LAN, "host") == "dropped"
    # The host still sends what it has the MAC address for; no reply reaches it.
    assert {case.outcome.verdict for case in ask(reach, "host", LAN).cases} == {"dropped", "one-way"}
    assert verdict(reach, "b", LAN) == "no-route"


def test_a_switch_that_sends_frames_back_joins_vepa_guests() -> None:
    text = "<network><name>n</name><forward mode='vepa'><interface dev='eth0'/></forward></network>"
    at = host(upstream={**FOUND["upstream"], "hairpin": True})
    reach = world(text, guest("a", "n"), guest("b", "n"), at=at)
    assert verdict(reach, "a", "b") == verdict(reach, "a", "host") == "allowed"


def test_isolated_ports_are_apart() -> None:
    reach = world(network("n", inside="<port isolated='yes'/>"), guest("a", "n"), guest("b", "n"))
    assert verdict(reach, "a", "b") == "dropped"
    assert verdict(reach, "a", "host") == verdict(reach, "a", LAN) == "allowed"


def test_a_policy_to_drop_spares_iptables_and_hits_nftables() -> None:
    found = {
        backend: verdict(world(network("n"), guest("a", "n"), at=at), "a", LAN)
        for backend, at in (
            ("iptables", host(forward_policy="drop")),
            ("nftables", host(forward_policy="drop", firewall_backend="nftables", libvirt="12.8.0")),
        )
    }
    assert found == {"iptables": "allowed", "nftables": "dropped"}


def test_the_zones_of_firewalld_are_not_guessed() -> None:
    reach = world(network("n"), guest("a", "n"), at=host(firewalld_zones=["public", "libvirt"]))
    assert [each.key for each in ask(reach, "a", "host").depends_on] == ["firewall"]


def test_a_guest_with_two_nics_leads_out_only_if_it_forwards() -> None:
    routes = [{"to": "default", "via": "10.10.0.10"}]
    inner = {"name": "a", "nics": [{"addresses": ["10.10.0.50/24"]}], "routes": routes}
    texts = (network("iso", None), network("n", "nat", 20), guest("a", "iso"), guest("gw", "iso", "n"))
    closed, opened = (
        world(*texts, at=host(guests=[inner, {"name": "gw", "forwarding": forwards}])) for forwards in (False, True)
    )
    assert verdict(closed, "a", LAN) == "dropped"
    # Its own network's NAT knows only its own subnet, so what it forwards is rejected.
    assert verdict(opened, "a", LAN) in ("rejected", "dropped")


def test_user_networking_opens_connections_as_the_host() -> None:
    user = "<domain type='kvm'><name>a</name><devices><interface type='user'/></devices></domain>"
    reach = world(user)
    assert ask(reach, "a", LAN).usual.source == "192.168.50.10"
    assert verdict(reach, LAN, "a") == verdict(reach, "host", "a") == "no-route"


def test_a_guest_firewall_that_is_declared_counts() -> None:
    rules = [{"protocol": "tcp", "ports": [[22, 22]], "verdict": "accept"}, {"states": ["new"], "verdict": "drop"}]
    reach = world(network("n"), guest("a", "n"), at=host(guests=[{"name": "a", "firewall": rules}]))
    assert ask(reach, "host", "a", port=22).verdict == "allowed"
    assert ask(reach, "host", "a", port=80).verdict == "dropped"
    assert ask(reach, "a", LAN).verdict == "allowed"


def test_qemu_treats_an_internal_interface_as_user_mode_networking() -> None:
    nic = "<interface type='internal'><source name='n'/></interface>"
    text = f"<domain type='{{}}'><name>a</name><devices>{nic}</devices></domain>"
    reach = world(network("n", None), text.format("kvm"), guest("b", "n"))
    assert verdict(reach, "a", "internet") == "allowed"
    assert verdict(reach, "b", "a") == "no-route"
    assert verdict(world(network("n", None), text.format("vz")), "a", "internet") == "no-route"


def test_the_uplink_of_a_linux_bridge_may_lack_a_vlan() -> None:
    interfaces = [{"name": "eth0", "kind": "nic", "master": "br0"},
                  {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"], "ports": ["eth0"]}]  # fmt: skip
    routes = [{"to": "default", "via": "192.168.50.1", "dev": "br0"}]
    tagged = "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/><vlan><tag id='42'/></vlan></network>"
    plain = tagged.replace("<name>n<", "<name>p<").replace("<vlan><tag id='42'/></vlan>", "")
    at = host(interfaces=interfaces, routes=routes, libvirt="12.8.0", firewall_backend="nftables")
    reach = world(tagged, plain, guest("a", "n"), guest("b", "n"), guest("c", "p"), at=at)
    assert verdict(reach, "a", "b") == "allowed"
    assert verdict(reach, "a", "c") == "dropped"
    assert [each.key for each in ask(reach, "a", LAN).depends_on] == ["vlans"]
