"""Replies do not reach a routed network: the LAN's router does not know its subnet, or its device is missing.

With forward mode `route` or `open` guests keep their own addresses outside. With `nat` they keep their IPv6 addresses,
unless `<nat ipv6='yes'/>` translates them. Replies come back only if the router of the LAN has a route to the guests'
subnet via this host. `dev` does not route traffic: it names the only device through which the firewall accepts
traffic. Where the host has no such device, nothing passes.

No XML says which routes the router has. Without an inventory that lists them, the finding is an info.

## What to do
Add a route to the guests' subnet via this host on the LAN's router, and list it in the inventory. If you cannot change
the router, set the mode to `nat`, with `<nat ipv6='yes'/>` for IPv6. Where the host does not have the
device, correct or remove `dev`.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
 "upstream": {"routes": [{"to": "10.45.0.0/24", "via": "192.168.50.10"}]}}
```

## Report
```text
lab.xml:5:3: error: the upstream router has no route to 10.44.0.0/24, so no reply reaches the guests [routed-without-upstream-route]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "upstream": {"routes": [{"to": "10.44.0.0/16", "via": "192.168.50.10"}]}}
```

## Fix safety
Choice: behind NAT the guests can no longer be reached under their own addresses. The route that the router needs is
shown as a command to run on the router.

## Libvirt
Never: the network starts, even with a device that does not exist.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowOut()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Forward,
    Host,
    IpVersion,
    Network,
    Problem,
    Project,
    Subnet,
    advise,
    arrives,
    fix,
    problem,
    release,
    rule,
    to_nat,
)


@rule(
    "routed-without-upstream-route",
    code="VN3002",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host, forward = project.host, network.forward
    if forward is None:
        return
    yield from _without_device(network, forward, host)
    for ip, subnet in ((ip, ip.subnet) for ip in network.ips if ip.subnet and ip.family in network.routed_families):
        if host is not None and not _may_lack_replies(network, subnet, project):
            continue
        if host is None or host.inventory.upstream.routes is None:
            if network.mode == "nat" and (forward.nat is None or "ipv6" not in forward.nat.attributes):
                continue  # nat-without-ipv6-translation reports it
            message = f"guests get replies only if the upstream router has a route to {subnet} via this host"
            yield problem(ip, message, *_fixes(network, subnet, host), severity="info")
        elif not host.is_reached_from_upstream(subnet):
            message = f"the upstream router has no route to {subnet}, so no reply reaches the guests"
            yield problem(ip, message, *_fixes(network, subnet, host))


def _without_device(network: Network, forward: Forward, host: Host | None) -> Iterator[Problem]:
    for device in forward.egress_places[:1] if host and network.mode == "route" else ():
        if host and host.lacks_for_good(device.value):
            message = f"traffic is limited to '{device.value}', which the host does not have"
            every = release(forward, f"Remove {device.value}, so that traffic may use every device")
            yield problem(device, message, every, _use_nat(network))


def _fixes(network: Network, subnet: Subnet, host: Host | None) -> Iterator[tuple[Fix, ...]]:
    yield _use_nat(network)
    address = host.address_towards_upstream(subnet.version) if host else None
    family = "-6 " if subnet.version == 6 else ""
    command = f"ip {family}route add {subnet} via {address or 'ADDRESS-OF-THIS-HOST'}"
    yield advise("Add the route to the upstream router", command)


def _use_nat(network: Network) -> tuple[Fix, ...]:
    edits = to_nat(network)
    title = "Set mode to 'nat' with <nat ipv6='yes'/>" if len(edits) > 1 else "Set mode to 'nat'"
    return fix(title, *edits, safety="choice")


def _may_lack_replies(network: Network, subnet: Subnet, project: Project) -> bool:
    """Whether it depends on a route that replies come back: not if nothing gets out, or the host translates."""
    version: IpVersion = 4 if subnet.version == 4 else 6
    return arrives(project, network, "internet", "one-way", "no-route", "rejected", versions=(version,)) is not None
