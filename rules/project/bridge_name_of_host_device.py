"""A network creates a bridge with the name of an existing device of the host, so it does not start.

Isolated, NAT, routed and open networks create their bridge when they start, and remove it when they stop. The names of
the host's NICs and bridges and of the loopback device `lo` are taken. The rule needs an inventory of the host.

A bridge with an address of the network may be the network's own. So may a bridge without a NIC that has another
address. They are not reported, unless the inventory says which networks have which bridges, or a route leads out
through the bridge.

## What to do
Remove `name` from `<bridge>`, so that libvirt chooses a free name, or set a name that no device of the host has. If the
guests were meant to join the host's bridge, set the forward mode to `bridge` and remove every `<ip>`.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='eth1'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <bridge name='br0'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```xml nas.xml
<network>
  <name>nas</name>
  <forward mode='open'/>
  <bridge name='storage'/>
  <ip address='192.168.22.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"},
                {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]},
                {"name": "eth1", "kind": "nic"}, {"name": "storage", "kind": "bridge"}]}
```

## Report
```text
lab.xml:4:11: error: cannot create bridge 'eth1': the host has a device of that name [bridge-name-of-host-device]
nas.xml:4:11: error: cannot create bridge 'storage': the host has a device of that name [bridge-name-of-host-device]
test.xml:3:11: error: cannot create bridge 'br0': the host has a device of that name [bridge-name-of-host-device]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml nas.xml
<network>
  <name>nas</name>
  <forward mode='open'/>
  <bridge/>
  <ip address='192.168.22.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <bridge/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"},
                {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]},
                {"name": "virbr5", "kind": "bridge", "addresses": ["192.168.20.1/24"]}]}
```

## Fix safety
Choice: guests and firewall rules may name the bridge, and the guests may have been meant to join the host's bridge.

## Libvirt
At start: `error creating bridge interface eth1: File exists`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virnetdevbridge.c, virNetDevBridgeCreate()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Host, Network, Problem, Project, edit, fix, problem, rule


@rule(
    "bridge-name-of-host-device",
    code="VN3201",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    bridge = network.bridge
    place = bridge.attribute("name") if bridge else None
    if bridge is None or place is None or not network.owns_bridge or project.host is None:
        return
    name = bridge.name
    if name is None or network in project.identities.bridge_owners or not _is_foreign(network, name, project.host):
        return
    yield problem(
        place,
        f"cannot create bridge '{name}': the host has a device of that name",
        fix("Remove the bridge name, so that libvirt chooses one", edit.remove_attribute(place), safety="choice"),
        libvirt_message=f"error creating bridge interface {name}: File exists",
    )


def _is_foreign(network: Network, name: str, host: Host) -> bool:
    """Whether the name belongs to a device that is not the network's own bridge."""
    link = host.link(name)
    if link is None or name == "lo":
        return name == "lo"
    owner = next((each.name for each in host.inventory.networks or () if each.bridge == name), None)
    if owner is not None or host.engine_of(name):
        # libvirt refuses the bridge name of another network earlier, when the file is defined.
        return owner is None
    own = {str(ip.address) for ip in network.ips}
    if any(value.split("/")[0] in own for value in link.addresses):
        return False
    leads_out = (
        link.kind != "bridge"
        or host.has_uplink(name)
        or any(route.dev == name for route in host.inventory.routes or ())
    )
    if leads_out or host.bridge_maker(name):
        return bool(leads_out)
    # A bridge that libvirt made has the addresses of its network, unless the file was changed since.
    return bool(host.inventory.networks is not None or (own and (not link.addresses or re.fullmatch(HOSTS, name))))


HOSTS = r"(?:vm|xen)?br\d+"
"""Names that administrators give their bridges."""
