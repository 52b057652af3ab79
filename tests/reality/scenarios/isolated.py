"""Isolated networks and isolated ports."""

from tests.reality.scenario import Guest, HostSide, Nic, Outside, Route, Scenario, back, defaults

from .making import guest, isolated, nat

_QUIET = ("10.71.1.1/24", "fd71:1::1/64")
_DHCP = """\
<network>
  <name>quiet</name>
  <bridge name='virbr6' stp='off'/>
  <ip address='10.71.1.1' prefix='24'>
    <dhcp>
      <range start='10.71.1.100' end='10.71.1.150'/>
      <host mac='52:54:00:00:01:01' ip='10.71.1.11'/>
      <host mac='52:54:00:00:02:01' ip='10.71.1.12'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd71:1::1' prefix='64'/>
</network>
"""

SCENARIOS = (
    Scenario(
        "isolated-gateways",
        "Two isolated networks whose guests set gateways by hand, one of which is the host on the LAN",
        networks=(isolated("quiet", *_QUIET), isolated("calm", "10.71.2.1/24", "fd71:2::1/64")),
        guests=(
            guest("g1", "quiet", "10.71.1.11/24", "fd71:1::11/64"),
            guest("g2", "quiet", "10.71.1.12/24", "fd71:1::12/64", via=False),
            Guest(
                "g3",
                (Nic("calm", ("10.71.2.13/24", "fd71:2::13/64")),),
                (Route("192.168.50.0/24", "10.71.2.1"), Route("fd71:1::/64", "fd71:2::1")),
            ),
        ),
        host=HostSide(forwarding=True),
        outside=Outside(lanhost=back("10.71.1.0/24", "fd71:2::/64")),
        expect="""
            g1 -> g2 v6 allowed as fd71:1::11
            g1 -> host v4 allowed as 10.71.1.11
            g2 -> host v4 no-route
            g2 -> host=10.71.1.1 v4 allowed as 10.71.1.12
            g3 -> host v4 allowed as 10.71.2.13
            g1 -> g3 v4 rejected
            g3 -> g1 v6 rejected
            g3 -> lanhost v4 rejected
            lanhost -> g1 v4 rejected
            host -> g2 v6 allowed
        """,
    ),
    Scenario(
        "isolated-dhcp",
        "An isolated network with DHCP, which offers its guests no gateway",
        networks=(_DHCP,),
        guests=(Guest("g1", (Nic("quiet"),)), Guest("g2", (Nic("quiet"),))),
        host=HostSide(forwarding=True),
        outside=Outside(lanhost=back("10.71.1.0/24", "fd71:1::/64")),
        expect="""
            g1 -> g2 v4 allowed as 10.71.1.11
            g1 -> host v4 no-route
            g1 -> host=10.71.1.1 v4 allowed as 10.71.1.11
            g1 -> internet v4 no-route
            g1 -> internet v6 no-route
            lanhost -> g1 v4 rejected
        """,
    ),
    Scenario(
        "isolated-no-address",
        "An isolated network without addresses, next to a NAT network",
        networks=(isolated("dark"), nat("office", "10.70.1.1/24")),
        guests=(
            guest("g1", "dark", "10.71.3.11/24", "fd71:3::11/64"),
            guest("g2", "dark", "10.71.3.12/24", "fd71:3::12/64", via=False),
            Guest("g3", (Nic("dark", ("10.71.3.13/24",)), Nic("office", ("10.70.1.13/24",))), defaults("10.70.1.1")),
        ),
        expect="""
            g1 -> g2 v4 allowed as 10.71.3.11
            g1 -> g2 v6 allowed as fd71:3::11
            g1 -> host v4 dropped
            host -> g1 v4 no-route
            g2 -> internet v4 no-route
            g1 -> g3 v4 allowed as 10.71.3.11
        """,
    ),
    Scenario(
        "isolated-ports",
        "A NAT network whose ports are isolated by the network, with a guest that goes around by its gateway",
        networks=(
            nat("office", "10.70.1.1/24", "fd70:1::1/64").replace("</network>", "  <port isolated='yes'/>\n</network>"),
        ),
        guests=(
            guest("g1", "office", "10.70.1.11/24", "fd70:1::11/64"),
            guest("g2", "office", "10.70.1.12/24", "fd70:1::12/64"),
            Guest(
                "g3",
                (Nic("office", ("10.70.1.13/24", "fd70:1::13/64")),),
                (*defaults("10.70.1.1"), Route("10.70.1.11/32", "10.70.1.1")),
            ),
        ),
        expect="""
            g1 -> g2 v4 dropped
            g2 -> g1 v6 dropped
            g1 -> internet v4 allowed as 192.168.50.10
            host -> g2 v4 allowed
            g3 -> g2 v4 dropped
            g3 -> g1 v4 one-way as 10.70.1.13
        """,
    ),
    Scenario(
        "isolated-ports-some",
        "An isolated network with two isolated ports and a normal one",
        networks=(isolated("quiet", *_QUIET),),
        guests=(
            guest("g1", "quiet", "10.71.1.11/24", "fd71:1::11/64", isolated=True),
            guest("g2", "quiet", "10.71.1.12/24", "fd71:1::12/64", isolated=True),
            guest("g3", "quiet", "10.71.1.13/24", "fd71:1::13/64"),
        ),
        expect="""
            g1 -> g2 v4 dropped
            g1 -> g2 v6 dropped
            g1 -> g3 v4 allowed as 10.71.1.11
            g3 -> g2 v6 allowed as fd71:1::13
            g1 -> host v4 allowed
        """,
    ),
)
