"""A static route leads to a subnet behind a guest, but the firewall lets only the host use it.

libvirt adds the route to the host. Its firewall rules accept only packets from and to the subnets of `<ip>`, and reject
all others of the network. So machines on the LAN and guests of other networks do not reach what is behind the guest,
and it does not reach them. The forward mode `open` has no such rules, and an `<ip>` in that subnet has rules of its
own.

## What to do
If only the host needs the subnet, this is intended: keep the route. If others have to reach it, set the forward mode to
`open`, and let the host's own firewall accept the traffic.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.40.0.0' prefix='16' gateway='192.168.20.9'/>
</network>
```

## Report
```text
lan.xml:5:3: info: only the host itself reaches 10.40.0.0/16: libvirt's firewall rejects it for all others [route-for-host-only]
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'/>
  <route address='10.40.0.0' prefix='16' gateway='192.168.20.9'/>
</network>
```

## Fix safety
A choice: in mode `open` the host's own firewall decides, and there is no NAT. A route for the host alone may be meant.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#static-routes
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowOut()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, fix, problem, related, rule, to_mode


@rule("route-for-host-only", code="VN1700", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    if network.mode not in ("nat", "route") or network.forward is None:
        return
    subnets = [ip.subnet for ip in network.ips if ip.subnet]
    for route in network.routes:
        subnet, gateway = route.subnet, route.gateway
        beside = gateway is not None and any(gateway in each for each in subnets)
        if subnet is None or not subnet.prefixlen or not beside or subnet in subnets:
            continue
        opened = to_mode(network, "open")
        spared = network.forward.nat is None and not network.forward.devices
        yield problem(
            route,
            f"only the host itself reaches {subnet}: libvirt's firewall rejects it for all others",
            fix(
                "Set mode to 'open', which leaves the firewall to the host",
                *(opened if spared else ()),
                safety="choice",
            ),
            related=(related(network.mode_place, "the mode is set here"),),
        )
