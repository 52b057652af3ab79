"""The host's own firewall around libvirt's rules."""

from tests.reality.scenario import Chain, Guest, HostSide, Nic, Outside, Rule, Scenario, back

from .making import guest, isolated, nat, opened, routed
from .nat import OFFICE_DHCP

_NETWORKS = (
    nat("office", "10.70.1.1/24", "fd70:1::1/64"),
    routed("field", "10.72.1.1/24", "fd72:1::1/64"),
    opened("free", "10.73.1.1/24", "fd73:1::1/64"),
)
_GUESTS = (
    guest("g1", "office", "10.70.1.11/24", "fd70:1::11/64"),
    guest("g2", "field", "10.72.1.12/24", "fd72:1::12/64"),
    guest("g3", "free", "10.73.1.13/24", "fd73:1::13/64"),
)
_BACK = back("10.72.1.0/24", "fd72:1::/64", "10.73.1.0/24", "fd73:1::/64", "fd70:1::/64")
_OUTSIDE = Outside(router=_BACK, lanhost=_BACK)
_ESTABLISHED = Rule("accept", states=("established", "related"))

SCENARIOS = (
    Scenario(
        "forward-drop-before",
        "A policy of dropping what is forwarded, and an exception for one subnet, before the networks start",
        networks=_NETWORKS,
        guests=_GUESTS,
        host=HostSide(
            forwarding=True,
            firewall=(
                Chain(
                    "ipv4",
                    "forward",
                    "drop",
                    (
                        Rule("accept", source="10.73.1.0/24"),
                        Rule("accept", destination="10.73.1.0/24", states=("established",)),
                    ),
                ),
                Chain("ipv6", "forward", "drop"),
            ),
        ),
        outside=_OUTSIDE,
        expect="""
            g1 -> internet v4 allowed on 9.0
            g1 -> internet v4 dropped on 12.8
            g2 -> internet v6 allowed on 9.0
            g2 -> internet v6 dropped on 12.8
            g3 -> internet v4 allowed as 10.73.1.13
            g3 -> internet v6 dropped
            internet -> g3 v4 dropped
            g1 -> host v4 allowed
        """,
    ),
    Scenario(
        "forward-drop-after",
        "Rules that are inserted before libvirt's after the networks started, and a policy of dropping",
        networks=_NETWORKS,
        guests=_GUESTS,
        host=HostSide(
            forwarding=True,
            firewall=(
                Chain(
                    "ipv4",
                    "forward",
                    "drop",
                    (
                        Rule("accept", inbound="eth0", source="198.51.100.9/32", destination="10.70.1.0/24"),
                        Rule("drop", inbound="vb-field", outbound="eth0", protocol="udp"),
                        Rule("accept", inbound="vb-free"),
                    ),
                    inserted=2,
                ),
            ),
        ),
        outside=Outside(router=(*_BACK, *back("10.70.1.0/24")), lanhost=_BACK),
        expect="""
            internet -> g1 v4 rejected on 12.8
            internet -> g1 v4 allowed on 9.0
            g2 -> internet v4 udp dropped
            g2 -> internet v4 tcp allowed on 9.0
            g2 -> internet v4 tcp dropped on 12.8
            g3 -> internet v4 one-way
            g3 -> internet v6 allowed
        """,
    ),
    Scenario(
        "input-drop",
        "The host accepts only ICMP, SSH and replies itself",
        networks=(nat("office", "10.70.1.1/24", "fd70:1::1/64"), isolated("quiet", "10.71.1.1/24")),
        guests=(
            guest("g1", "office", "10.70.1.11/24", "fd70:1::11/64"),
            guest("g2", "quiet", "10.71.1.12/24"),
        ),
        host=HostSide(
            firewall=tuple(
                Chain(
                    family,
                    "input",
                    "drop",
                    (_ESTABLISHED, Rule("accept", protocol="icmp"), Rule("accept", protocol="tcp", port=22)),
                )
                for family in ("ipv4", "ipv6")
            )
        ),
        ports=(22,),
        expect="""
            g1 -> host v4 tcp dropped
            g1 -> host v4 tcp/22 allowed
            g1 -> host v6 icmp allowed
            lanhost -> host v4 icmp allowed
            lanhost -> host v4 udp dropped
            g2 -> host=10.71.1.1 v4 udp/22 dropped
            g1 -> internet v4 allowed
            host -> g2 v4 allowed
        """,
    ),
    Scenario(
        "input-drop-dhcp",
        "A host that accepts nothing in IPv4 but replies, and guests that ask for their addresses",
        networks=(OFFICE_DHCP,),
        guests=(Guest("g1", (Nic("office"),)), guest("g2", "office", "10.70.1.20/24", "fd70:1::20/64")),
        host=HostSide(firewall=(Chain("ipv4", "input", "drop", (_ESTABLISHED,)),)),
        outside=Outside(router=back("fd70:1::/64")),
        expect="""
            g1 -> internet v4 allowed on 9.0
            g1 -> internet v4 no-route on 12.8
            g1 -> internet v6 allowed
            g2 -> internet v4 allowed
            g2 -> host v4 dropped
            lanhost -> host v4 dropped
            lanhost -> host v6 allowed
            host -> g2 v4 allowed
        """,
    ),
    Scenario(
        "docker",
        "Rules as Docker makes them: a policy of dropping, nested chains, and masquerading of its own bridge",
        networks=_NETWORKS[:2],
        guests=_GUESTS[:2],
        host=HostSide(
            forwarding=True,
            bridges=(("docker0", ("172.17.0.1/16",)),),
            firewall=(
                Chain(
                    "ipv4",
                    "forward",
                    "drop",
                    (
                        Rule("rules", rules=(Rule("accept", inbound="vb-field", outbound="eth0"), Rule("return"))),
                        Rule(
                            "rules",
                            rules=(
                                Rule(
                                    "rules",
                                    inbound="docker0",
                                    outbound="docker0",
                                    negated=("out",),
                                    rules=(Rule("drop", outbound="docker0"), Rule("return")),
                                ),
                                Rule("return"),
                            ),
                        ),
                        Rule("accept", outbound="docker0", states=("related", "established")),
                        Rule("accept", inbound="docker0", outbound="docker0", negated=("out",)),
                    ),
                    inserted=4,
                ),
                Chain(
                    "ipv4",
                    "postrouting",
                    rules=(Rule("masquerade", source="172.17.0.0/16", outbound="docker0", negated=("out",)),),
                ),
            ),
        ),
        outside=_OUTSIDE,
        expect="""
            g1 -> internet v4 allowed as 192.168.50.10 on 9.0
            g1 -> internet v4 dropped on 12.8
            g2 -> internet v4 allowed on 9.0
            g2 -> internet v4 one-way on 12.8
            g2 -> internet v6 allowed
            g1 -> host=172.17.0.1 v4 allowed
        """,
    ),
    Scenario(
        "reject-ports",
        "The host's rules reject some ports of guests and of the Internet, and refuse guests the LAN",
        networks=_NETWORKS,
        guests=_GUESTS,
        host=HostSide(
            forwarding=True,
            firewall=(
                Chain(
                    "ipv4",
                    "forward",
                    rules=(
                        Rule("reject", protocol="tcp", port=25, outbound="eth0"),
                        Rule("drop", protocol="udp", port=123, inbound="vb-office"),
                        Rule("reject", inbound="vb-free", destination="192.168.50.0/24"),
                    ),
                    inserted=3,
                ),
                Chain("ipv6", "forward", rules=(Rule("reject", protocol="tcp", port=25),), inserted=1),
                Chain("ipv4", "output", rules=(Rule("reject", protocol="tcp", port=25, outbound="eth0"),)),
            ),
        ),
        outside=_OUTSIDE,
        ports=(25, 123),
        expect="""
            g1 -> internet v4 tcp/25 rejected
            g1 -> internet v4 tcp allowed
            g1 -> internet v4 udp/123 dropped
            g2 -> internet v4 udp/123 allowed
            g3 -> lanhost v4 rejected
            g3 -> internet v4 icmp allowed
            internet -> g2 v6 tcp/25 rejected
            host -> internet v4 tcp/25 rejected
        """,
    ),
    Scenario(
        "flushed",
        "All rules of iptables are flushed after the networks started, apart from those of its table nat",
        networks=(*_NETWORKS[:2], isolated("quiet", "10.71.1.1/24", "fd71:1::1/64")),
        guests=(*_GUESTS[:2], guest("g3", "quiet", "10.71.1.13/24", "fd71:1::13/64")),
        host=HostSide(
            flushed=True,
            firewall=(
                Chain("ipv4", "forward"),
                Chain("ipv6", "forward"),
                Chain("ipv4", "input"),
                Chain("ipv6", "input"),
            ),
        ),
        outside=Outside(router=(*_BACK, *back("10.70.1.0/24", "10.71.1.0/24"))),
        expect="""
            internet -> g1 v4 allowed on 9.0
            internet -> g1 v4 rejected on 12.8
            g3 -> internet v4 allowed as 10.71.1.13 on 9.0
            g3 -> internet v4 rejected on 12.8
            g1 -> internet v4 allowed as 192.168.50.10
        """,
    ),
)
