"""Routed and open networks: their guests are reached where the outside has a route."""

from tests.reality.scenario import Chain, Guest, HostSide, Nic, Outside, Route, Rule, Scenario, back, defaults

from .making import guest, isolated, nat, opened, routed

_FIELD = ("10.72.1.1/24", "fd72:1::1/64")
_G1 = guest("g1", "field", "10.72.1.11/24", "fd72:1::11/64")
_BEHIND = (
    Guest(
        "gate",
        (Nic("field", ("10.72.1.2/24", "fd72:1::2/64")), Nic("inner", ("10.72.9.1/24", "fd72:9::1/64"))),
        defaults("10.72.1.1", "fd72:1::1"),
        forwards=True,
    ),
    guest("g2", "inner", "10.72.9.12/24", "fd72:9::12/64"),
    _G1,
)
_ROUTES = (
    "<route address='10.72.9.0' prefix='24' gateway='10.72.1.2'/>"
    "<route family='ipv6' address='fd72:9::' prefix='64' gateway='fd72:1::2'/>"
)
_ALL_BACK = back("10.72.1.0/24", "fd72:1::/64", "10.73.1.0/24", "fd73:1::/64")
_MODES = {
    "routed": routed("field", *_FIELD),
    "nat": nat("office", "10.70.1.1/24", "fd70:1::1/64"),
    "isolated": isolated("quiet", "10.71.1.1/24", "fd71:1::1/64"),
    "open": opened("free", "10.73.1.1/24", "fd73:1::1/64"),
}


def _together(*order: str) -> Scenario:
    return Scenario(
        f"together-{'-'.join(order)}",
        f"All modes, started in the order {', '.join(order)}; each guest has its network's address as gateway",
        networks=tuple(_MODES[each] for each in order),
        guests=(
            _G1,
            guest("g2", "office", "10.70.1.12/24", "fd70:1::12/64"),
            guest("g3", "quiet", "10.71.1.13/24", "fd71:1::13/64"),
            guest("g4", "free", "10.73.1.14/24", "fd73:1::14/64"),
        ),
        outside=Outside(router=_ALL_BACK, lanhost=(*_ALL_BACK, *back("10.70.1.0/24", "10.71.1.0/24", "fd71:1::/64"))),
        expect="""
            g1 -> g4 v4 allowed as 10.72.1.11
            g2 -> g1 v4 allowed as 10.72.1.1
            g1 -> g2 v4 rejected
            g1 -> g2 v6 allowed as fd72:1::11
            g3 -> g1 v4 one-way as 10.71.1.13
            g1 -> g3 v4 rejected
            lanhost -> g3 v6 rejected
            g4 -> internet v4 allowed as 10.73.1.14
            g3 -> internet v4 rejected
        """,
    )


SCENARIOS = (
    Scenario(
        "routed-no-way-back",
        "A routed network with dev='eth0' that nobody outside has a route to",
        networks=(routed("field", *_FIELD, dev="eth0"),),
        guests=(_G1, guest("g2", "field", "10.72.1.12/24", via=False)),
        host=HostSide(eth1=True),
        expect="""
            g1 -> internet v4 one-way as 10.72.1.11
            g1 -> lanhost v6 one-way as fd72:1::11
            lanhost -> g1 v4 no-route
            g1 -> host v4 allowed
            g2 -> internet v4 no-route
            g1 -> lan2host v4 rejected
        """,
    ),
    Scenario(
        "routed-way-back",
        "A routed network that the router knows and the machine of the LAN does not; the router translates IPv4",
        networks=(routed("field", *_FIELD),),
        guests=(_G1, guest("g2", "field", "10.72.1.12/24", "fd72:1::12/64")),
        outside=Outside(router=back("10.72.1.0/24", "fd72:1::/64"), translates=("ipv4",)),
        expect="""
            g1 -> internet v4 allowed as 198.51.100.1
            g1 -> internet v6 allowed as fd72:1::11
            internet -> g1 v6 allowed as 2001:db8:100::9
            lanhost -> g1 v4 allowed as 192.168.50.20
            g1 -> lanhost v4 allowed as 10.72.1.11
        """,
    ),
    Scenario(
        "routed-dev-and-open",
        "A routed network with dev='eth0', an open one and a second LAN, with routes everywhere",
        networks=(routed("field", *_FIELD, dev="eth0"), opened("free", "10.73.1.1/24", "fd73:1::1/64")),
        guests=(_G1, guest("g2", "free", "10.73.1.12/24", "fd73:1::12/64")),
        host=HostSide(eth1=True, forwarding=True),
        outside=Outside(
            router=_ALL_BACK,
            lanhost=back("10.72.1.0/24", "fd73:1::/64"),
            lan2host=tuple(
                Route(each, ("192.168.60.10", "fd60::10")[":" in each])
                for each in ("10.72.1.0/24", "fd72:1::/64", "10.73.1.0/24", "fd73:1::/64")
            ),
        ),
        expect="""
            g2 -> lan2host v4 allowed as 10.73.1.12
            g1 -> lan2host v4 rejected
            lan2host -> g1 v4 rejected
            lan2host -> g2 v6 allowed
            g1 -> g2 v4 rejected
            lanhost -> g1 v4 allowed
        """,
    ),
    _together("routed", "nat", "isolated", "open"),
    _together("isolated", "nat", "routed", "open"),
    _together("open", "isolated", "nat", "routed"),
    Scenario(
        "two-opens",
        "Two open networks on a host that forwards",
        networks=(opened("free", "10.73.1.1/24", "fd73:1::1/64"), opened("wide", "10.73.2.1/24", "fd73:2::1/64")),
        guests=(
            guest("g1", "free", "10.73.1.11/24", "fd73:1::11/64"),
            guest("g2", "wide", "10.73.2.12/24", "fd73:2::12/64"),
        ),
        host=HostSide(forwarding=True),
        outside=Outside(router=back("10.73.1.0/24", "fd73:1::/64"), lanhost=back("10.73.2.0/24")),
        expect="""
            g1 -> g2 v4 allowed as 10.73.1.11
            g1 -> internet v6 allowed as fd73:1::11
            g2 -> internet v4 one-way
            lanhost -> g2 v4 allowed
        """,
    ),
    Scenario(
        "open-not-forwarding",
        "An open network beside a bridge of the host, on a host that does not forward",
        networks=(opened("free", "10.73.1.1/24", "fd73:1::1/64"),),
        guests=(
            guest("g1", "free", "10.73.1.11/24", "fd73:1::11/64"),
            Guest("g2", (Nic(bridge="br-own", addresses=("10.74.1.12/24",)),), defaults("10.74.1.1")),
        ),
        host=HostSide(bridges=(("br-own", ("10.74.1.1/24",)),)),
        outside=Outside(router=back("10.73.1.0/24", "fd73:1::/64", "10.74.1.0/24")),
        expect="""
            g1 -> internet v4 allowed as 10.73.1.11 on 9.0
            g1 -> internet v4 dropped on 12.8
            g1 -> g2 v4 dropped on 12.8
            g1 -> g2 v4 allowed on 9.0
            g1 -> host v4 allowed
            g2 -> host v4 allowed as 10.74.1.12
        """,
    ),
    Scenario(
        "route-behind-guest-routed",
        "A <route> of a routed network by a guest that is a router, to a network behind it",
        networks=(routed("field", *_FIELD, inside=_ROUTES), isolated("inner")),
        guests=_BEHIND,
        outside=Outside(router=back("10.72.1.0/24", "fd72:1::/64", "10.72.9.0/24", "fd72:9::/64")),
        expect="""
            host -> g2 v4 allowed as 10.72.1.1
            internet -> g2 v4 rejected
            g2 -> internet v4 rejected
            gate -> internet v4 allowed as 10.72.1.2
            g1 -> g2 v4 allowed as 10.72.1.11
            g2 -> g1 v4 allowed as 10.72.9.12
        """,
    ),
    Scenario(
        "route-behind-guest-open",
        "The same with an open network",
        networks=(opened("field", *_FIELD, inside=_ROUTES), isolated("inner")),
        guests=_BEHIND,
        host=HostSide(forwarding=True),
        outside=Outside(router=back("10.72.1.0/24", "fd72:1::/64", "10.72.9.0/24", "fd72:9::/64")),
        expect="""
            internet -> g2 v4 allowed as 198.51.100.9
            g2 -> internet v6 allowed as fd72:9::12
            g1 -> g2 v4 allowed as 10.72.1.11
            g2 -> g1 v4 allowed as 10.72.9.12
        """,
    ),
    Scenario(
        "host-masquerades",
        "The host's own rules masquerade a routed and an open network that nobody outside has a route to",
        networks=(routed("field", "10.72.1.1/24"), opened("free", "10.73.1.1/24")),
        guests=(
            guest("g1", "field", "10.72.1.11/24"),
            guest("g2", "free", "10.73.1.12/24"),
        ),
        host=HostSide(
            forwarding=True,
            firewall=(
                Chain(
                    "ipv4",
                    "postrouting",
                    rules=(
                        Rule("masquerade", outbound="eth0", source="10.72.1.0/24"),
                        Rule(
                            "masquerade",
                            outbound="eth0",
                            source="10.73.1.0/24",
                            destination="192.168.50.0/24",
                            negated=("to",),
                        ),
                    ),
                ),
            ),
        ),
        expect="""
            g1 -> internet v4 allowed as 192.168.50.10
            g1 -> lanhost v4 allowed as 192.168.50.10
            g2 -> internet v4 allowed as 192.168.50.10
            g2 -> lanhost v4 one-way as 10.73.1.12
            g2 -> g1 v4 allowed as 10.73.1.12
        """,
    ),
    Scenario(
        "strict-reverse-path",
        "The host checks senders strictly, and its route to the machine of the LAN is by nobody on the second LAN",
        networks=(routed("field", *_FIELD),),
        guests=(_G1,),
        host=HostSide(
            eth1=True,
            reverse_path_filter=1,
            routes=(Route("192.168.50.20/32", "192.168.60.99"), Route("fd50::20/128", "fd60::99")),
        ),
        outside=Outside(lanhost=back("10.72.1.0/24", "fd72:1::/64"), router=back("10.72.1.0/24", "fd72:1::/64")),
        expect="""
            lanhost -> g1 v4 dropped
            lanhost -> host v4 dropped
            lanhost -> g1 v6 one-way
            host -> lanhost v6 dropped
            g1 -> internet v4 allowed
        """,
    ),
)
