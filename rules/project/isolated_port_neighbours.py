"""Isolated guests share a bridge of the host with ports that are not isolated.

`<port isolated='yes'/>` marks the guest's own port, and the bridge keeps marked ports apart. Ports that libvirt did not
create, such as those of containers and the NIC to the LAN, are not marked. The guest reaches what is behind them and is
reached from there, so guests on the bridges of two hosts are not isolated from each other. This is reported if the
inventory lists such ports.

## What to do
Isolate the other port on the host too: `bridge link set dev PORT isolated on`. A NIC has to stay open for the LAN, so
limit what the guests reach there by a `<filterref>`. If the guests may reach these ports, nothing has to change.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["eth0", "veth1a2b3c"]},
                {"name": "eth0"},
                {"name": "veth1a2b3c", "kind": "veth"}]}
```

## Report
```text
lan.xml:5:3: info: port veth1a2b3c of bridge 'br0' is not isolated, so guests here can reach it [isolated-port-neighbours]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["vnet0"]},
                {"name": "eth0"},
                {"name": "vnet0", "kind": "tap"}]}
```

## Fix safety
Shown only: the other port belongs to the host and has to be marked there.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#isolating-ports-on-a-network
- libvirt src/util/virnetdevtap.c, virNetDevTapAttachBridge()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Interface, Network, Problem, Project, advise, problem, rule


@rule(
    "isolated-port-neighbours",
    code="VN3317",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    port, joined = user.port, user.host_bridge
    if port is None or not user.isolates_ports or joined is None or project.host is None:
        return
    ports = project.host.ports_of(joined.value) or () if not project.bridges.maker_of(joined.value) else ()
    other = next((each.name for each in ports if each.kind == "veth"), None)
    uplink = next((each.name for each in ports if each.kind in ("nic", "bond", "vlan")), None)
    if other is not None:
        message = f"port {other} of bridge '{joined.value}' is not isolated, so guests here can reach it"
        command = f"bridge link set dev {quote(other)} isolated on"
        yield problem(port, message, advise(f"Isolate {other} on the host", command))
    elif uplink is not None:
        message = f"isolation ends at {uplink}: guests here reach the LAN, and it reaches them"
        yield problem(port, message, advise("Filter what the guests may reach", "<filterref filter='FILTER'/>"))
