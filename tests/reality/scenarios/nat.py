"""Networks whose guests reach the outside through the host's address."""

from tests.reality.scenario import Guest, HostSide, Nic, Outside, Route, Scenario, back, defaults

OFFICE = """\
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

SCENARIOS = (
    Scenario(
        "nat-dhcp",
        "Two guests of a NAT network with DHCP and router advertisements, behind a router that translates",
        networks=(OFFICE,),
        guests=(Guest("g1", (Nic("office"),)), Guest("g2", (Nic("office"),))),
        outside=Outside(lanhost=back("10.70.1.0/24", "fd70:1::/64"), translates=("ipv4",), inbound=False),
        expect="""
            g1 -> g2 v4 allowed as 10.70.1.11
            g1 -> internet v4 allowed as 198.51.100.1
            g1 -> lanhost v4 allowed as 192.168.50.10
            lanhost -> g1 v4 rejected
            lanhost -> g1 v6 allowed as fd50::20
            internet -> g1 v4 no-route
        """,
    ),
)
