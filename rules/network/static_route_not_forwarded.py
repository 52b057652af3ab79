"""A static route leads the host to a subnet behind a guest, but nobody else gets there through it.

`<route>` gives the host a route through a guest. The firewall rules that libvirt makes cover only the subnets of the
network's `<ip>`. They reject traffic from the LAN and from other networks to the subnet behind the guest, and traffic
from that subnet that is not for the host. If only the host has to get there, nothing is wrong.

## What to do
If only the host needs the subnet, this is intended: keep the route. If others need it too, set the mode of a routed
network to `open` and let the host's firewall decide. In any mode, the two firewall rules that are shown let everybody
reach this subnet.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.2'/>
</network>
```

## Report
```text
lan.xml:6:3: info: only the host reaches 10.50.0.0/24: libvirt's firewall rejects everybody else [static-route-not-forwarded]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.2'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.2'/>
</network>
```

## Fix safety
A choice: in an open network libvirt makes no firewall rules at all, and the host's own decide. Two rules for the host
that let everybody reach this subnet, and no other, are shown. NAT and isolated networks get only these.

## Libvirt
Never: it starts the network and adds the route.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/network/network_iptables.c, networkAddIPSpecificFirewallRules()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Fix, Network, Problem, Subnet, advise, fix, overlap, problem, related, rule, to_mode


@rule(
    "static-route-not-forwarded",
    code="VN1408",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    own = [ip.subnet for ip in network.ips]
    if network.mode not in ("nat", "route", "isolated") or None in own:
        return
    for route in network.routes:
        there = route.subnet
        known_way = route.gateway not in [ip.address for ip in network.ips]
        if not known_way or not there or not there.prefixlen or any(each and overlap(each, there) for each in own):
            continue
        yield problem(
            route,
            f"only the host reaches {there}: libvirt's firewall rejects everybody else",
            _open(network),
            advise("Let traffic to and from it pass the host, until its next boot", _rules(network, there)),
            related=(related(network.mode_place, "the mode is set here"),),
        )


def _open(network: Network) -> tuple[Fix, ...]:
    if network.mode != "route" or network.forward is None or network.forward.devices:
        return ()
    edits = to_mode(network, "open")
    return fix("Set mode to 'open', which leaves the firewall to the host", *edits, safety="choice")


def _rules(network: Network, subnet: Subnet) -> str:
    tool = "iptables" if subnet.version == 4 else "ip6tables"
    bridge = quote(network.bridge_name or "BRIDGE")
    return f"{tool} -I FORWARD -o {bridge} -d {subnet} -j ACCEPT && {tool} -I FORWARD -i {bridge} -s {subnet} -j ACCEPT"
