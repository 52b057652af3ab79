"""Traffic of a NAT network is limited to a device that the host does not have, so nothing leaves.

`dev` is the only device that the firewall accepts traffic through. The firewall compares the name, and libvirt does not
check whether the device exists. Often the name is from another host, or from the time before predictable names such as
`enp3s0`. For routed networks see `routed-without-upstream-route`.

## What to do
Set `dev` to the device through which traffic leaves the host, or remove it, so that traffic may use every device. If
the device is added to the host later, keep it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='eth0'>
    <interface dev='eth0'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "enp1s0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "enp1s0"}]}
```

## Report
```text
lan.xml:3:23: error: traffic is limited to 'eth0', which the host does not have [forward-dev-missing]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='enp1s0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "interfaces": [{"name": "enp1s0"}]}
```

## Fix safety
Choice: traffic then uses every device that the host has a route for, and the device may be added later. Nothing is
reported for a name such as `tun0` or `wg0`, which appears with a VPN.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowOut()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Fix, Network, Problem, Project, edit, fix, problem, release, rule


@rule(
    "forward-dev-missing",
    code="VN3301",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode != "nat" or network.forward is None or project.host is None:
        return
    places = network.forward.egress_places
    if not places or not project.host.lacks_for_good(places[0].value):
        return
    if places[0].value in project.bridges.by_name or project.bridges.maker_of(places[0].value):
        return
    yield problem(
        places[0],
        f"traffic is limited to '{places[0].value}', which the host does not have",
        release(network.forward, f"Remove {places[0].value}, so that traffic may use every device"),
        _hold_to(project.host.egress(4), places),
    )


def _hold_to(device: str | None, places: tuple[Attribute, ...]) -> tuple[Fix, ...]:
    if device is None:
        return ()
    edits = (edit.set_attribute(each.node, "dev", device) for each in places)
    return fix(f"Limit traffic to {device} instead", *edits, safety="choice")
