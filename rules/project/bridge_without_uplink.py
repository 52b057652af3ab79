"""A bridged network or guest joins a bridge that has no NIC as a port, so guests do not reach the LAN.

libvirt joins any bridge. Without a NIC among its ports, guests reach only each other, and the host if it has an address
on the bridge. If the bridge does not exist, guests do not start. The rule needs an inventory of the host, or another
network of the project that creates the bridge and is isolated.

Bridges that libvirt, Docker or another program creates are not reported, because their networks decide what guests
reach. A name such as `virbr7` is reported only if the host has no such bridge and none of the networks that it lists
creates it. A bridge on which the host has an address, or that only other guests use, is often intended, so it is an
info.

## What to do
Attach a NIC that has no address of the host to the bridge (create a missing bridge first), or name a bridge that has a
NIC. Alternatively, attach the guests to a free NIC by macvtap, which needs no bridge but separates them from the host.
If the guests need no LAN, remove `<forward>` and `<bridge>` to make the network isolated.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```xml old.xml
<network>
  <name>old</name>
  <forward mode='bridge'/>
  <bridge name='br9'/>
</network>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br9'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]},
                {"name": "eth1", "kind": "nic"},
                {"name": "br0", "kind": "bridge", "ports": []}]}
```

## Report
```text
db.xml:5:15: error: the host has no bridge 'br9' [bridge-without-uplink]
lan.xml:4:11: error: bridge 'br0' has no NIC among its ports, so guests do not reach the LAN [bridge-without-uplink]
old.xml:4:11: error: the host has no bridge 'br9' [bridge-without-uplink]
web.xml:5:15: error: bridge 'br0' has no NIC among its ports, so guests do not reach the LAN [bridge-without-uplink]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml old.xml
<network>
  <name>old</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='direct'>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='virbr0'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"},
                {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]},
                {"name": "virbr0", "kind": "bridge", "ports": ["vnet0"]}],
 "networks": [{"name": "default", "active": true, "bridge": "virbr0"}]}
```

## Fix safety
Choice: the bridge may get its NIC later, or be internal on purpose. Macvtap is offered on a NIC that the host does not
use; a network can also become isolated. Commands for the host are only shown. They never take a NIC that has the host's
address or route, and never touch a bridge of libvirt.

## Libvirt
Never where the bridge exists. Where it does not, when a guest starts: `Cannot get interface MTU on 'br9': No such
device`. In that case a network with `<bandwidth>` or `macTableManager='libvirt'` does not start either: `Cannot find
device "br9"`, `Unable to set bridge br9 vlan_filtering via ioctl: Invalid argument`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkBridge()
- libvirt src/qemu/qemu_interface.c, qemuInterfaceBridgeConnect()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import (
    Attribute,
    Fix,
    Host,
    Interface,
    Network,
    Problem,
    Project,
    Severity,
    When,
    advise,
    fix,
    problem,
    related,
    rule,
    to_macvtap,
    to_mode,
)


@rule(
    "bridge-without-uplink",
    code="VN3001",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    place, host = user.host_bridge, project.host
    if place is None:
        return
    name, fixes = place.value, tuple(_fixes(user, place, project))
    isolating = project.bridges.isolating_maker(user) if isinstance(user, Network) else None
    if isolating is not None:
        message = f"bridge '{name}' is made by the isolated network '{isolating.name}', so guests do not reach the LAN"
        yield problem(place, message, *fixes, related=(related(isolating.bridge or isolating, "it is made here"),))
    elif host is not None and not _is_made_elsewhere(name, project, host):
        yield from _on_host(user, place, fixes, host)


def _is_made_elsewhere(bridge: str, project: Project, host: Host) -> bool:
    """Whether a network or a program makes the bridge, so that the host has it in time."""
    return project.bridges.maker_of(bridge) is not None and (
        bridge in project.bridges.by_name or not host.lacks_maker(bridge)
    )


def _on_host(
    user: Network | Interface, place: Attribute, fixes: tuple[tuple[Fix, ...], ...], host: Host
) -> Iterator[Problem]:
    """Report a bridge of the host that is missing or has no NIC."""
    name = place.value
    if host.lacks(name):
        message, said = f"the host has no bridge '{name}'", _refusal(user)
        when: When = "plug" if said == NO_DEVICE else "start"
        yield problem(place, message, *fixes, when=when, libvirt_message=said.format(name))
    elif host.has_uplink(name) is False or _has_guests_only(name, host):
        message = f"bridge '{name}' has no NIC among its ports, so guests do not reach the LAN"
        yield problem(place, message, *fixes, severity=_severity(name, host))


NO_DEVICE = "Cannot get interface MTU on '{}': No such device"
NO_FILTERING = "Unable to set bridge {} vlan_filtering via ioctl: Invalid argument"
NO_SHAPING = 'Cannot find device "{}"'


def _has_guests_only(bridge: str, host: Host) -> bool:
    """Whether all ports of a bridge belong to guests and containers; one of them may still lead to another bridge."""
    link, ports = host.link(bridge), host.ports_of(bridge)
    return bool(link and link.kind == "bridge" and ports) and all(each.kind in ("tap", "veth") for each in ports or ())


def _severity(bridge: str, host: Host) -> Severity | None:
    """Info where the host may route for the guests, or where the bridge has other ports."""
    link = host.link(bridge)
    return "info" if (link and link.addresses) or host.ports_of(bridge) else None


def _refusal(user: Network | Interface) -> str:
    """The message of libvirt about a missing bridge; a network that has to set something on it fails when it starts."""
    if isinstance(user, Interface):
        return NO_DEVICE
    if user.bridge is not None and user.bridge.node.get("macTableManager") == "libvirt":
        return NO_FILTERING
    return NO_SHAPING if user.node.child("bandwidth") else NO_DEVICE


def _fixes(user: Network | Interface, place: Attribute, project: Project) -> Iterator[tuple[Fix, ...]]:
    """The fixes that apply: macvtap on a spare NIC, an isolated network, a command for the host."""
    spare, bridge = project.devices.spare_nic, quote(place.value)
    if spare is not None:
        title = f"Attach the guests to {spare} by macvtap, separated from the host"
        yield fix(title, *to_macvtap(user, spare), safety="choice")
    if isinstance(user, Network) and user.forward and user.bridge:
        yield fix(
            "Make it an isolated network: remove <forward> and <bridge>", *to_mode(user, "isolated"), safety="choice"
        )
    if project.bridges.maker_of(place.value):
        yield advise("Look for the network that makes the bridge, and start it", "virsh net-list --all")
        return
    if project.host is not None and project.host.lacks(place.value):
        made = f"ip link add name {bridge} type bridge && ip link set dev {bridge} up"
        yield advise(f"Create the bridge {place.value} on the host, without a NIC at first", made)
    else:
        attached = f"ip link set dev {spare or 'NIC'} master {bridge} && ip link set dev {spare or 'NIC'} up"
        which = spare or "a NIC that has no address of the host"
        yield advise(f"Attach {which} to {place.value} on the host", attached)
