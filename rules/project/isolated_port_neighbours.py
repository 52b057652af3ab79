"""Isolated guests share a bridge of the host with ports that are not isolated.

`<port isolated='yes'/>` marks the guest's own port, and the bridge keeps marked ports apart. Ports that libvirt did
not create, such as those of containers, are not marked: the guest reaches them, and they reach it. The same is true of
the LAN behind the bridge, but that is mostly what the bridge is for. Reported where the inventory lists ports of
containers.

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
 "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["eth0", "vnet0"]},
                {"name": "eth0"},
                {"name": "vnet0", "kind": "tap"}]}
```

## Fix safety
Shown only: the other port is the host's, and has to be marked there.

## Libvirt
Never.

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
    covers=("C037",),
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    port = user.node.child("port")
    joined = user.host_bridge.value if user.host_bridge else None
    if (
        port is None
        or port.get("isolated") != "yes"
        or joined is None
        or project.host is None
        or project.bridge_maker(joined)
    ):
        return
    other = next((each.name for each in project.host.ports_of(joined) or () if each.kind == "veth"), None)
    if other is not None:
        yield problem(
            port,
            f"port {other} of bridge '{joined}' is not isolated, so guests here can reach it",
            advise(f"Isolate {other} on the host", f"bridge link set dev {quote(other)} isolated on"),
        )
