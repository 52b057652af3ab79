"""Guests on bridges of the host, and directly on its NICs."""

from tests.reality.scenario import Chain, Guest, HostSide, Nic, Outside, Route, Scenario, back, defaults

from .making import bridged, direct, guest, lan_guest, nat, routed

_LAN11 = ("192.168.50.111/24", "fd50::111/64")
_LAN12 = ("192.168.50.112/24", "fd50::112/64")
_LAN13 = ("192.168.50.113/24", "fd50::113/64")
_LAN14 = ("192.168.50.114/24", "fd50::114/64")
_LAN2 = ("192.168.60.115/24", "fd60::115/64")

_BRIDGED = bridged("lan", "br0")

SCENARIOS = (
    Scenario(
        "bridge-uplink",
        "A bridge with an uplink and the host's address, isolated ports on it, and a NAT network beside it",
        networks=(_BRIDGED, nat("office", "10.70.1.1/24", "fd70:1::1/64")),
        guests=(
            lan_guest("g1", Nic("lan", _LAN11)),
            lan_guest("g2", Nic(bridge="br0", addresses=_LAN12, isolated=True)),
            lan_guest("g3", Nic("lan", _LAN13, isolated=True)),
            guest("g4", "office", "10.70.1.14/24", "fd70:1::14/64"),
        ),
        host=HostSide(br0=True),
        outside=Outside(router=back("fd70:1::/64"), translates=("ipv4",), inbound=False),
        expect="""
            g1 -> g2 v4 allowed as 192.168.50.111
            g2 -> g3 v4 dropped
            g3 -> g2 v6 dropped
            g2 -> lanhost v4 allowed as 192.168.50.112
            lanhost -> g3 v6 allowed as fd50::20
            g1 -> host v4 allowed
            g1 -> internet v4 allowed as 198.51.100.1
            g4 -> g1 v4 allowed as 192.168.50.10
            g4 -> g1 v6 allowed as fd70:1::14
            internet -> g1 v4 dropped
            g1 -> host=10.70.1.1 v4 no-route
        """,
    ),
    Scenario(
        "bridge-no-address",
        "A bridge with an uplink on which the host has no address; it has one on the second LAN",
        networks=(_BRIDGED, nat("office", "10.70.1.1/24")),
        guests=(lan_guest("g1", Nic("lan", _LAN11)), guest("g2", "office", "10.70.1.12/24")),
        host=HostSide(eth1=True, br0=True, addresses=()),
        expect="""
            g1 -> lanhost v6 allowed as fd50::111
            internet -> g1 v4 allowed
            g2 -> lan2host v4 allowed as 192.168.60.10
            g2 -> host v4 allowed
        """,
    ),
    Scenario(
        "bridge-no-uplink",
        "Bridges without an uplink: one with an address of the host, which forwards, and one without",
        networks=(bridged("side", "br-side"), bridged("dark", "br-dark")),
        guests=(
            guest("g1", "side", "10.74.1.11/24", "fd74:1::11/64"),
            guest("g2", "side", "10.74.1.12/24", via=False),
            guest("g3", "dark", "10.74.2.13/24", "fd74:2::13/64"),
            Guest("g4", (Nic(bridge="br-dark", addresses=("10.74.2.14/24", "fd74:2::14/64")),)),
        ),
        host=HostSide(bridges=(("br-side", ("10.74.1.1/24", "fd74:1::1/64")), ("br-dark", ())), forwarding=True),
        outside=Outside(router=back("10.74.1.0/24"), lanhost=back("fd74:1::/64", "10.74.2.0/24")),
        expect="""
            g1 -> internet v4 allowed as 10.74.1.11
            g1 -> internet v6 one-way as fd74:1::11
            lanhost -> g1 v6 allowed as fd50::20
            g3 -> g4 v4 allowed as 10.74.2.13
            g3 -> host v4 dropped
            g4 -> host v4 no-route
        """,
    ),
    Scenario(
        "bridge-filtered",
        "Bridged frames pass the host's firewall, whose policy for forwarding is to drop",
        networks=(_BRIDGED, routed("field", "10.72.1.1/24", "fd72:1::1/64")),
        guests=(
            lan_guest("g1", Nic("lan", _LAN11)),
            lan_guest("g2", Nic("lan", _LAN12)),
            guest("g3", "field", "10.72.1.13/24", "fd72:1::13/64"),
            guest("g4", "field", "10.72.1.14/24", "fd72:1::14/64"),
        ),
        host=HostSide(
            br0=True,
            bridge_netfilter=True,
            firewall=(Chain("ipv4", "forward", "drop"), Chain("ipv6", "forward", "drop")),
        ),
        outside=Outside(router=back("10.72.1.0/24", "fd72:1::/64")),
        expect="""
            g1 -> g2 v4 dropped
            g1 -> lanhost v6 dropped
            g1 -> host v4 allowed
            g3 -> host v4 allowed
            g3 -> g4 v4 allowed on 9.0
            g3 -> g4 v4 dropped on 12.8
            g3 -> internet v4 allowed on 9.0
            g3 -> internet v4 dropped on 12.8
        """,
    ),
    Scenario(
        "macvtap-bridge",
        "Macvtaps in the mode bridge on eth0, beside a NAT and a routed network",
        networks=(
            direct("wire", "bridge", "eth0"),
            nat("office", "10.70.1.1/24"),
            routed("field", "10.72.1.1/24", "fd72:1::1/64"),
        ),
        guests=(
            lan_guest("g1", Nic("wire", _LAN11)),
            lan_guest("g2", Nic(direct="eth0", mode="bridge", addresses=_LAN12)),
            guest("g3", "office", "10.70.1.13/24"),
            guest("g4", "field", "10.72.1.14/24", "fd72:1::14/64"),
        ),
        outside=Outside(router=back("10.72.1.0/24", "fd72:1::/64")),
        expect="""
            g1 -> g2 v4 allowed as 192.168.50.111
            g1 -> host v4 dropped
            host -> g1 v6 dropped
            g1 -> lanhost v4 allowed
            internet -> g2 v4 allowed
            g3 -> g1 v4 dropped
        """,
    ),
    Scenario(
        "macvtap-mixed",
        "Macvtaps of the modes bridge, vepa and private on one NIC, with an ordinary switch",
        networks=(
            direct("wire", "bridge", "eth0"),
            direct("relay", "vepa", "eth0"),
            direct("alone", "private", "eth0"),
        ),
        guests=(
            lan_guest("g1", Nic("wire", _LAN11)),
            lan_guest("g2", Nic("wire", _LAN12)),
            lan_guest("g3", Nic("relay", _LAN13)),
            lan_guest("g4", Nic("alone", _LAN14)),
        ),
        expect="""
            g1 -> g2 v4 allowed
            g1 -> g3 v4 dropped
            g1 -> g4 v6 dropped
            g3 -> g4 v4 dropped
            g3 -> lanhost v4 allowed
            internet -> g4 v6 allowed
        """,
    ),
    Scenario(
        "macvtap-mixed-hairpin",
        "The same with a switch that sends frames back",
        networks=(
            direct("wire", "bridge", "eth0"),
            direct("relay", "vepa", "eth0"),
            direct("alone", "private", "eth0"),
        ),
        guests=(
            lan_guest("g1", Nic("wire", _LAN11)),
            lan_guest("g2", Nic("relay", _LAN12)),
            lan_guest("g3", Nic("relay", _LAN13)),
            lan_guest("g4", Nic("alone", _LAN14)),
        ),
        outside=Outside(hairpin=True),
        expect="""
            g2 -> g3 v4 allowed as 192.168.50.112
            g2 -> host v4 allowed
            g2 -> lanhost v4 allowed
            g4 -> host v6 allowed
            g2 -> g1 v4 allowed as 192.168.50.112
            g1 -> g4 v4 dropped
            g4 -> g3 v6 dropped
        """,
    ),
    Scenario(
        "macvtap-passthrough",
        "A guest that takes the second NIC of the host, beside macvtaps on the first",
        networks=(direct("taken", "passthrough", "eth1"), direct("relay", "vepa", "eth0")),
        guests=(
            Guest("g1", (Nic("taken", _LAN2),)),
            lan_guest("g2", Nic("relay", _LAN12)),
        ),
        host=HostSide(eth1=True),
        # The packets of the host go out, and the answers to its questions for neighbours go to the guest. It learns the
        # address of a neighbour only from that neighbour's own question, if that comes first.
        unsure=(("host", "lan2host"), ("host", "g1")),
        expect="""
            g1 -> lan2host v4 allowed as 192.168.60.115
            lan2host -> g1 v6 allowed as fd60::20
            lan2host -> host=192.168.60.10 v4 dropped
            g1 -> g2 v4 no-route
        """,
    ),
    Scenario(
        "macvtap-beside-bridge",
        "Macvtaps on the second LAN and on a bridge itself, beside bridged guests of the first LAN",
        networks=(direct("second", "bridge", "eth1"), _BRIDGED),
        guests=(
            Guest("g1", (Nic("second", _LAN2),), (Route("192.168.50.0/24", "192.168.60.10"), *defaults("fd60::10"))),
            lan_guest("g2", Nic("lan", _LAN12)),
            lan_guest("g3", Nic(direct="br0", mode="bridge", addresses=_LAN13)),
        ),
        host=HostSide(eth1=True, br0=True, forwarding=True),
        outside=Outside(lan2host=(Route("192.168.50.0/24", "192.168.60.10"),)),
        expect="""
            g1 -> lan2host v4 allowed
            g2 -> lanhost v4 allowed
            g3 -> g2 v4 allowed as 192.168.50.113
            g3 -> host=192.168.50.10 v4 dropped
            g1 -> host v4 dropped
            lan2host -> g2 v4 one-way
        """,
    ),
)
