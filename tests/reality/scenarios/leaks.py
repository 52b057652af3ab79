"""Ways out of networks that are meant to be limited: another network that accepts everything, and a guest on two."""

from tests.reality.scenario import Guest, HostSide, Nic, Outside, Route, Scenario, back, defaults

from .making import bridged, guest, isolated, nat, routed

_TWO_NETWORKS = Guest(
    "gw",
    (
        Nic("lab", ("10.76.1.2/24", "fd76:1::2/64")),
        Nic("office", ("10.76.2.2/24", "fd76:2::2/64")),
    ),
    defaults("10.76.2.1", "fd76:2::1"),
    forwards=True,
)
_INSIDE = Guest("g1", (Nic("lab", ("10.76.1.11/24", "fd76:1::11/64")),), defaults("10.76.1.2", "fd76:1::2"))

SCENARIOS = (
    Scenario(
        "limited-to-a-device",
        "NAT and routed networks that are limited to the device of the default route, beside networks that are not",
        networks=(
            nat("web", "10.75.1.1/24", "fd75:1::1/64", dev="eth0"),
            routed("lab", "10.75.2.1/24", "fd75:2::1/64", dev="eth0"),
            routed("office", "10.75.3.1/24", "fd75:3::1/64"),
            nat("home", "10.75.4.1/24", "fd75:4::1/64"),
        ),
        guests=(
            guest("g1", "web", "10.75.1.11/24", "fd75:1::11/64"),
            guest("g2", "lab", "10.75.2.12/24", "fd75:2::12/64"),
            guest("g3", "office", "10.75.3.13/24", "fd75:3::13/64"),
            guest("g4", "home", "10.75.4.14/24", "fd75:4::14/64"),
        ),
        outside=Outside(router=back("10.75.2.0/24", "10.75.3.0/24")),
        expect="""
            g1 -> g3 v4 one-way as 10.75.1.11
            g1 -> g3 v6 one-way as fd75:1::11
            g1 -> g4 v4 rejected
            g1 -> g4 v6 one-way as fd75:1::11
            g2 -> g3 v4 one-way as 10.75.2.12
            g2 -> g4 v6 one-way as fd75:2::12
            g3 -> g1 v4 rejected
            g3 -> g2 v6 rejected
        """,
    ),
    Scenario(
        "guest-between-isolated-and-routed",
        "A guest on an isolated and on a routed network, which forwards",
        networks=(isolated("lab", "10.76.1.1/24", "fd76:1::1/64"), routed("office", "10.76.2.1/24", "fd76:2::1/64")),
        guests=(_INSIDE, _TWO_NETWORKS, guest("g3", "office", "10.76.2.13/24", "fd76:2::13/64")),
        outside=Outside(router=back("10.76.2.0/24", "10.76.1.0/24")),
        expect="""
            g1 -> gw v4 allowed as 10.76.1.11
            g1 -> g3 v4 one-way as 10.76.1.11
            g1 -> g3 v6 one-way as fd76:1::11
            g1 -> lanhost v4 rejected
            g1 -> internet v6 rejected
        """,
    ),
    Scenario(
        "guest-between-isolated-and-nat",
        "A guest on an isolated and on a NAT network, which forwards",
        networks=(isolated("lab", "10.76.1.1/24", "fd76:1::1/64"), nat("office", "10.76.2.1/24", "fd76:2::1/64")),
        guests=(_INSIDE, _TWO_NETWORKS, guest("g3", "office", "10.76.2.13/24", "fd76:2::13/64")),
        expect="""
            g1 -> g3 v4 one-way as 10.76.1.11
            g1 -> internet v4 rejected
        """,
    ),
    Scenario(
        "guest-between-isolated-and-bridged",
        "A guest on an isolated network and on the bridge of the LAN, which forwards",
        networks=(isolated("lab", "10.76.1.1/24", "fd76:1::1/64"), bridged("outer", "br0")),
        guests=(
            _INSIDE,
            Guest(
                "gw",
                (Nic("lab", ("10.76.1.2/24", "fd76:1::2/64")), Nic("outer", ("192.168.50.72/24", "fd50::72/64"))),
                defaults("192.168.50.1", "fd50::1"),
                forwards=True,
            ),
        ),
        host=HostSide(br0=True),
        outside=Outside(lanhost=(Route("10.76.1.0/24", "192.168.50.72"),)),
        expect="""
            g1 -> lanhost v4 allowed as 10.76.1.11
            g1 -> lanhost v6 one-way as fd76:1::11
            g1 -> internet v4 one-way as 10.76.1.11
            lanhost -> g1 v4 allowed
        """,
    ),
    Scenario(
        "isolated-ports-on-a-bridge-of-the-host",
        "Guests with isolated ports on the bridge of the LAN, which set routes to each other by the host",
        networks=(bridged("outer", "br0"),),
        guests=tuple(
            Guest(
                name,
                (Nic("outer", (f"192.168.50.{own}/24", f"fd50::{own}/64"), isolated=True),),
                (
                    *defaults("192.168.50.1", "fd50::1"),
                    Route(f"192.168.50.{other}/32", "192.168.50.10"),
                    Route(f"fd50::{other}/128", "fd50::10"),
                ),
            )
            for name, own, other in (("g1", 71, 72), ("g2", 72, 71))
        ),
        host=HostSide(br0=True, forwarding=True),
        expect="""
            g1 -> g2 v4 allowed as 192.168.50.71
            g2 -> g1 v6 allowed as fd50::72
            g1 -> lanhost v4 allowed as 192.168.50.71
        """,
    ),
)
