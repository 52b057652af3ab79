"""The only NIC through which guests reach the LAN is down.

A bridge forwards nothing through a port that is down or has no carrier. Guests reach only each other.

## What to do
Bring the NIC up on the host, and check its cable. The XML needs no change.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json host.json
{"version": 1, "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["eth0"]}, {"name": "eth0", "up": false}]}
```

## Report
```text
lan.xml:4:11: warning: bridge 'br0' reaches the LAN only through eth0, which is down [uplink-down]
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json host.json
{"version": 1, "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["eth0"]}, {"name": "eth0", "up": true}]}
```

## Fix safety
Shown only: the NIC belongs to the host, or the cable is unplugged.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkBridge()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, advise, problem, rule


@rule(
    "uplink-down",
    code="VN3406",
    on=(Network, Interface),
    severity="warning",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host, lower = project.host, user.lower_devices
    place = user.host_bridge or (lower[0] if lower else None)
    if host is None or place is None:
        return
    links = [host.link(each.value) for each in lower] if lower else host.ports_of(place.value) or ()
    ways = [port for port in links if port is not None and port.kind in ("nic", "bond", "vlan", "other")]
    if ways and len(links) >= len(lower) and all(port.up is False for port in ways):
        who = "the guests reach" if lower else f"bridge '{place.value}' reaches"
        yield problem(
            place,
            f"{who} the LAN only through {_listed([each.name for each in ways])} down",
            advise(f"Bring {ways[0].name} up on the host", f"ip link set dev {ways[0].name} up"),
        )


def _listed(names: list[str]) -> str:
    return f"{names[0]}, which is" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}, which are"
