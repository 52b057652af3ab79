"""Guests use macvtap on a NIC that is a port of a bridge or bond, so none of them starts.

A NIC passes its frames to one user only, and the bridge or bond already is that user. An Open vSwitch whose bridge has
the userspace datapath is an exception: there the guests start.

## What to do
If the NIC is a port of a bridge, let the guests join the bridge, where they also reach the host. If it is part of a
bond, use the bond as the device. If macvtap on a NIC is needed, choose one that is not part of either.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source dev='eth0' mode='bridge'/>
    </interface>
    <interface type='direct'>
      <source dev='eth2' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"},
                {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]},
                {"name": "eth2", "kind": "nic", "master": "bond0"},
                {"name": "bond0", "kind": "bond"}]}
```

## Report
```text
lan.xml:4:16: error: macvtap cannot use 'eth0', which is a port of the bridge 'br0' [direct-device-in-bridge]
web.xml:6:15: error: macvtap cannot use 'eth0', which is a port of the bridge 'br0' [direct-device-in-bridge]
web.xml:9:15: error: macvtap cannot use 'eth2', which is a port of the bond 'bond0' [direct-device-in-bridge]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
    </interface>
    <interface type='direct'>
      <source dev='bond0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Good
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
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "master": "br0"}, {"name": "br0", "kind": "bridge"}, {"name": "eth1", "kind": "nic"}]}
```

## Fix safety
Unsafe for a part of a bond: the bond is the device to use. Choice for a port of a bridge: on the bridge guests reach
the host and each other, which a macvtap mode may have been chosen to prevent. If a network lists several NICs, this one
is removed from the list. The command that frees the NIC is shown only if the host is not reached through it.

## Libvirt
When the guest starts:
`error creating macvtap interface macvtap0@eth0 (52:54:00:0a:0b:0c): Device or resource busy`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/util/virnetdevmacvlan.c, virNetDevMacVLanCreate()
- linux net/core/dev.c, netdev_rx_handler_register()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Network,
    Problem,
    Project,
    Target,
    advise,
    edit,
    el,
    fix,
    problem,
    rule,
    to_mode,
)


@rule(
    "direct-device-in-bridge",
    code="VN3485",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    for place in user.lower_devices:
        upper = project.host.upper(place.value) if project.host else None
        if upper is None:
            continue
        kind = {"ovs": "Open vSwitch"}.get(upper.kind, upper.kind)
        mac = user.mac if isinstance(user, Interface) else None
        yield problem(
            place,
            f"macvtap cannot use '{place.value}', which is a port of the {kind} '{upper.name}'",
            _use_bond(place, upper.name)
            if upper.kind == "bond"
            else _join(user, place, upper.name, upper.kind, project),
            _take_out(place.value, upper.name, project),
            libvirt_message=f"error creating macvtap interface macvtap0@{place.value}"
            + (f" ({mac}): Device or resource busy" if mac else ""),
            # An Open vSwitch with the userspace datapath shares the NIC.
            confidence="medium" if upper.kind == "ovs" else "high",
        )


def _use_bond(place: Attribute, bond: str) -> tuple[Fix, ...]:
    return fix(f"Use {bond} instead of {place.value}", edit.set_attribute(place.node, "dev", bond), safety="unsafe")


def _take_out(nic: str, upper: str, project: Project) -> tuple[Fix, ...]:
    """The command that frees the NIC, unless the host would lose its own connection."""
    over = project.host.link(upper) if project.host else None
    if project.host is None or over is None or over.kind == "bond" or project.host.carries(upper):
        return advise("List the NICs of the host, to choose another one", "ip -brief link")
    return advise(f"Remove {nic} from {upper} on the host", f"ip link set dev {nic} nomaster")


def _join(user: Network | Interface, place: Attribute, bridge: str, kind: str, project: Project) -> tuple[Fix, ...]:
    """Attach the guests to the bridge, or remove the NIC from a list of several."""
    title = f"Join the bridge {bridge} instead of {place.value}"
    if project.bridges.maker_of(bridge):
        return ()
    if isinstance(user, Interface):
        source = edit.replace(place.node, el("source", {"bridge": bridge}))
        switch = [el("virtualport", {"type": "openvswitch"})] * (kind == "ovs")
        added = [edit.insert(user.node, each) for each in switch if user.node.child("virtualport") is None]
        return fix(title, edit.set_attribute(user.node, "type", "bridge"), source, *added, safety="choice")
    if user.forward is None or user.node.child("bridge") or len(user.lower_devices) > 1:
        listed = place.node.name == "interface"
        removed = edit.remove(place.node) if listed else edit.remove_attribute(place)
        return fix(f"Remove {place.value} from the list of NICs", removed, safety="choice")
    target = Target("bridge", bridge=bridge, is_switch=kind == "ovs")
    return fix(title, *to_mode(user, target), safety="choice")
