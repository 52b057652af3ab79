"""Networks whose guests reach the outside through the host's address."""

from tests.reality.scenario import Guest, HostSide, Nic, Outside, Route, Scenario, back, defaults

from .making import guest, isolated, nat, routed

OFFICE_DHCP = """\
<network>
  <name>office</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='off'/>
  <ip address='10.70.1.1' prefix='24'>
    <dhcp>
      <range start='10.70.1.100' end='10.70.1.150'/>
      <host mac='52:54:00:00:01:01' ip='10.70.1.11'/>
      <host mac='52:54:00:00:02:01' ip='10.70.1.12'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd70:1::1' prefix='64'/>
</network>
"""
_NAT66 = "<nat ipv6='yes'/>"

SCENARIOS = (
    Scenario(
        "nat-dhcp",
        "Two guests of a NAT network with DHCP and router advertisements, behind a router that translates",
        networks=(OFFICE_DHCP,),
        guests=(Guest("g1", (Nic("office"),)), Guest("g2", (Nic("office"),))),
        outside=Outside(lanhost=back("10.70.1.0/24", "fd70:1::/64"), translates=("ipv4",), inbound=False),
        expect="""
            g1 -> g2 v4 allowed as 10.70.1.11
            g1 -> internet v4 allowed as 198.51.100.1
            g1 -> internet v6 one-way
            g1 -> lanhost v4 allowed as 192.168.50.10
            lanhost -> g1 v4 rejected
            lanhost -> g1 v6 allowed as fd50::20
            internet -> g1 v4 no-route
            internet -> lanhost v4 dropped
        """,
    ),
    Scenario(
        "nat-and-nat66",
        "A NAT network that routes IPv6 beside one that translates it",
        networks=(
            nat("office", "10.70.1.1/24", "fd70:1::1/64"),
            nat("lab", "10.70.2.1/24", "fd70:2::1/64", inside=_NAT66),
        ),
        guests=(
            guest("g1", "office", "10.70.1.11/24", "fd70:1::11/64"),
            guest("g2", "lab", "10.70.2.12/24", "fd70:2::12/64"),
        ),
        outside=Outside(
            router=back("10.70.1.0/24", "fd70:1::/64", "10.70.2.0/24"),
            lanhost=back("10.70.2.0/24", "fd70:2::/64"),
        ),
        expect="""
            g1 -> internet v6 allowed as fd70:1::11
            g2 -> internet v6 allowed as fd50::10
            internet -> g1 v6 allowed as 2001:db8:100::9
            lanhost -> g2 v6 rejected
            internet -> g1 v4 rejected
            g1 -> g2 v4 rejected
            g2 -> g1 v4 rejected
            g1 -> g2 v6 rejected
            g2 -> g1 v6 allowed as fd70:1::1
        """,
    ),
    Scenario(
        "nat-dev-wrong-uplink",
        "NAT by eth1 only, while the default route is by eth0",
        networks=(nat("office", "10.70.1.1/24", "fd70:1::1/64", dev="eth1"),),
        guests=(
            guest("g1", "office", "10.70.1.11/24", "fd70:1::11/64"),
            guest("g2", "office", "10.70.1.12/24", "fd70:1::12/64"),
        ),
        host=HostSide(eth1=True),
        outside=Outside(lanhost=back("fd70:1::/64"), lan2host=(Route("fd70:1::/64", "fd60::10"),)),
        expect="""
            g1 -> internet v4 rejected
            g1 -> lanhost v4 rejected
            g1 -> lan2host v4 allowed as 192.168.60.10
            g1 -> lan2host v6 allowed as fd70:1::11
            lan2host -> g1 v6 allowed
            lanhost -> g1 v6 rejected
            g1 -> host v4 allowed
        """,
    ),
    Scenario(
        "nat-two-subnets",
        "A NAT network with two subnets of each family, and a guest in both",
        networks=(nat("office", "10.70.1.1/24", "10.70.2.1/24", "fd70:1::1/64", "fd70:2::1/64"),),
        guests=(
            guest("g1", "office", "10.70.1.11/24", "fd70:1::11/64"),
            guest("g2", "office", "10.70.2.12/24", "fd70:2::12/64"),
            Guest("g3", (Nic("office", ("10.70.1.13/24", "10.70.2.13/24")),), defaults("10.70.1.1")),
        ),
        outside=Outside(router=back("fd70:1::/64", "fd70:2::/64")),
        expect="""
            g1 -> g2 v4 allowed as 10.70.2.1
            g1 -> g2 v6 allowed as fd70:1::11
            g1 -> g3 v4 allowed as 10.70.1.11
            g3 -> g2 v4 allowed as 10.70.2.13
            g2 -> internet v6 allowed as fd70:2::12
        """,
    ),
    Scenario(
        "nat-pool",
        "Addresses and ports to translate to: one that the host has, and none that anybody has",
        networks=(
            nat(
                "owned",
                "10.70.1.1/24",
                inside="<nat><address start='192.168.50.70' end='192.168.50.70'/>"
                "<port start='30000' end='30999'/></nat>",
            ),
            nat("lost", "10.70.2.1/24", inside="<nat><address start='192.168.50.80' end='192.168.50.81'/></nat>"),
        ),
        guests=(guest("g1", "owned", "10.70.1.11/24"), guest("g2", "lost", "10.70.2.12/24")),
        host=HostSide(addresses=("192.168.50.10/24", "192.168.50.70/24", "fd50::10/64")),
        expect="""
            g1 -> lanhost v4 allowed as 192.168.50.70
            g1 -> internet v4 allowed as 192.168.50.70
            g2 -> lanhost v4 one-way
            g2 -> host v4 allowed as 10.70.2.12
        """,
    ),
    Scenario(
        "nat-ipv6-only",
        "A NAT network that has only an IPv6 subnet; its guests number themselves in IPv4",
        networks=(nat("office", "fd70:1::1/64", inside=_NAT66),),
        guests=(
            guest("g1", "office", "fd70:1::11/64", "10.70.1.11/24", via=False),
            guest("g2", "office", "fd70:1::12/64"),
            guest("g3", "office", "10.70.1.13/24", via=False),
        ),
        outside=Outside(lanhost=back("fd70:1::/64")),
        expect="""
            g1 -> g3 v4 allowed as 10.70.1.11
            g1 -> lanhost v6 no-route
            g2 -> lanhost v6 allowed as fd50::10
            g2 -> internet v6 allowed as fd50::10
            lanhost -> g2 v6 rejected
        """,
    ),
    Scenario(
        "subnet-inside-lan",
        "A routed network and a NAT network whose subnets are parts of the LAN's",
        networks=(routed("part", "192.168.50.129/26"), nat("other", "192.168.50.193/27")),
        guests=(
            guest("g1", "part", "192.168.50.140/26"),
            guest("g2", "other", "192.168.50.200/27"),
        ),
        outside=Outside(router=(Route("192.168.50.128/26", "192.168.50.10"),)),
        expect="""
            g1 -> internet v4 allowed as 192.168.50.140
            g2 -> internet v4 allowed as 192.168.50.10
            g2 -> lanhost v4 allowed as 192.168.50.10
            g1 -> lanhost v4 one-way
            lanhost -> g1 v4 dropped
        """,
    ),
    Scenario(
        "two-nics",
        "A guest with one NIC in an isolated network and one in a NAT network, which another guest uses as its gateway",
        networks=(
            isolated("quiet", "10.71.1.1/24", "fd71:1::1/64"),
            nat("office", "10.70.1.1/24", "fd70:1::1/64"),
        ),
        guests=(
            Guest(
                "g1",
                (Nic("quiet", ("10.71.1.11/24", "fd71:1::11/64")), Nic("office", ("10.70.1.11/24", "fd70:1::11/64"))),
                defaults("10.70.1.1", "fd70:1::1"),
                forwards=True,
            ),
            Guest("g2", (Nic("quiet", ("10.71.1.12/24", "fd71:1::12/64")),), defaults("10.71.1.11", "fd71:1::11")),
            guest("g3", "quiet", "10.71.1.13/24", via=False),
            guest("g4", "office", "10.70.1.14/24", "fd70:1::14/64"),
        ),
        outside=Outside(router=back("fd70:1::/64", "fd71:1::/64")),
        expect="""
            g1 -> internet v4 allowed as 192.168.50.10
            g1 -> g2 v4 allowed as 10.71.1.11
            g3 -> internet v4 no-route
            g3 -> g1 v4 allowed
            g1 -> internet v6 allowed as fd70:1::11
        """,
    ),
)
