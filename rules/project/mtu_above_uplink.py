"""A guest's MTU is larger than that of the bridge that it joins, so its large frames are lost.

A bridge does not fragment frames and does not report the loss. Frames larger than its NIC can carry are dropped: small
requests are answered, and large transfers hang.

## What to do
Lower `<mtu>` to the MTU of the host's device. If the LAN takes larger frames, raise the MTU of that device on the host
instead.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <mtu size='9000'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["eth0"]}, {"name": "eth0", "mtu": 1500}]}
```

## Report
```text
web.xml:6:7: warning: MTU 9000 is more than the 1500 of eth0, through which 'br0' reaches the LAN [mtu-above-uplink]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <mtu size='1500'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <mtu size='9000'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["eth0"]}, {"name": "eth0", "mtu": 9000}]}
```

## Fix safety
Choice: guests of the same host then no longer exchange larger frames. Raising the MTU of the NIC is only shown, because
the host itself then sends larger frames too.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#mtu-configuration
- libvirt src/qemu/qemu_interface.c, qemuInterfaceBridgeConnect()
"""

from collections.abc import Iterator

from vnetlint.api import Host, Interface, Network, Node, Problem, Project, advise, edit, fix, problem, rule


@rule(
    "mtu-above-uplink",
    code="VN3408",
    on=(Network, Interface),
    severity="warning",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    size, node, host = user.mtu, user.node.child("mtu"), project.host
    if node is None or not size or host is None:
        return
    if isinstance(user, Network):
        yield from _routed(user, size, node, host)
        return
    joined = project.bridges.joined_by(user)
    if joined is not None:
        yield from _bridged(joined.value, size, node, host)


def _bridged(name: str, size: int, node: Node, host: Host) -> Iterator[Problem]:
    """Report an interface whose MTU is larger than that of the NICs of the bridge that it joins."""
    ports = [link for link in host.ports_of(name) or () if link.kind in ("nic", "bond", "vlan")]
    bridge = host.link(name)
    links = ports or ([bridge] if bridge and bridge.kind == "bridge" else [])
    narrow = min((link for link in links if link.mtu), key=lambda link: link.mtu or 0, default=None)
    if narrow is not None and narrow.mtu is not None and size > narrow.mtu:
        shared = ", which the host uses too" if host.carries(narrow.name) else ""
        yield problem(
            node,
            f"MTU {size} is more than the {narrow.mtu} of {narrow.name}{_way(narrow.name, name)}",
            fix(f"Lower the MTU to {narrow.mtu}", edit.set_attribute(node, "size", str(narrow.mtu)), safety="choice"),
            advise(f"Raise the MTU of {narrow.name} on the host{shared}", f"ip link set dev {narrow.name} mtu {size}"),
        )


def _way(name: str, bridge: str) -> str:
    return "" if name == bridge else f", through which '{bridge}' reaches the LAN"


def _routed(network: Network, size: int, node: Node, host: Host) -> Iterator[Problem]:
    """Report a network whose MTU is larger than that of the device that its traffic is limited to."""
    places = network.forward.egress_places if network.forward and network.mode in ("nat", "route") else ()
    link = host.link(places[0].value) if places else None
    if link is not None and link.mtu is not None and size > link.mtu:
        yield problem(
            node,
            f"MTU {size} is more than the {link.mtu} of {link.name}, through which guests leave: "
            "packets are fragmented",
            fix(f"Lower the MTU to {link.mtu}", edit.set_attribute(node, "size", str(link.mtu)), safety="choice"),
            advise(f"Raise the MTU of {link.name} on the host", f"ip link set dev {link.name} mtu {size}"),
        )
