"""A guest or network joins an Open vSwitch as a Linux bridge, or the other way round, so no guest starts.

libvirt adds a guest's device to a Linux bridge through the kernel, and to an Open vSwitch with `ovs-vsctl`. Only
`<virtualport type='openvswitch'/>` in the network, the port group or the guest says which of the two the bridge is.
The rule needs an inventory of the host.

## What to do
If the bridge is an Open vSwitch, add `<virtualport type='openvswitch'/>`. If it is a Linux bridge, remove
`<virtualport>`, or name the bridge that was meant.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <virtualport type='openvswitch'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "master": "br0"}, {"name": "br0", "kind": "bridge"},
                {"name": "eth1", "master": "ovsbr0"}, {"name": "ovsbr0", "kind": "ovs"}]}
```

## Report
```text
lan.xml:4:11: error: bridge 'br0' is not an Open vSwitch: unexpected <virtualport type='openvswitch'> [openvswitch-mismatch]
web.xml:5:15: error: bridge 'ovsbr0' is an Open vSwitch: expected <virtualport type='openvswitch'/> [openvswitch-mismatch]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
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
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "master": "br0"}, {"name": "br0", "kind": "bridge"},
                {"name": "eth1", "master": "ovsbr0"}, {"name": "ovsbr0", "kind": "ovs"}]}
```

## Fix safety
Adding `<virtualport>` is unsafe: no guest starts today, and the inventory says what the bridge is. Removing it is a
choice, because another bridge may be meant.

## Libvirt
When the guest starts: `Unable to add bridge ovsbr0 port vnet0: Operation not supported`, and the other way round
`Unable to add port vnet0 to OVS bridge br0`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#bridge-to-lan
- libvirt src/util/virnetdevtap.c, virNetDevTapAttachBridge()
- libvirt src/util/virnetdevopenvswitch.c, virNetDevOpenvswitchAddPort()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Interface, Network, Problem, Project, edit, el, fix, problem, rule


@rule(
    "openvswitch-mismatch",
    code="VN3492",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    network = project.networks.of(user) if isinstance(user, Interface) else None
    place = project.bridges.joined_by(user)
    link = project.host.link(place.value) if project.host and place else None
    if place is None or link is None:
        return
    if link.kind == "ovs" and network is None and all(plug.switch is None for plug in user.plugs):
        message = f"bridge '{link.name}' is an Open vSwitch: expected <virtualport type='openvswitch'/>"
        added = edit.insert(user.node, el("virtualport", {"type": "openvswitch"}))
        adding = fix("Add <virtualport type='openvswitch'/>", added, safety="unsafe")
        yield problem(place, message, adding, libvirt_message=NOT_LINUX.format(link.name))
    elif link.kind == "bridge":
        yield from _on_linux_bridge(user, link.name, place if network is None else None)


def _on_linux_bridge(user: Network | Interface, bridge: str, place: Attribute | None) -> Iterator[Problem]:
    """The findings for each `<virtualport>` of an Open vSwitch; `place` is where the user itself names the bridge."""
    for plug in user.plugs:
        if plug.virtualport is None or plug.switch != "openvswitch":
            continue
        message = f"bridge '{bridge}' is not an Open vSwitch: unexpected <virtualport type='openvswitch'>"
        removing = fix("Remove <virtualport>", edit.remove(plug.virtualport), safety="choice")
        at = place if place and plug is user.plugs[0] else plug.virtualport
        yield problem(at, message, removing, libvirt_message=NOT_SWITCH.format(bridge))


NOT_LINUX = "Unable to add bridge {} port vnet0: Operation not supported"
NOT_SWITCH = "Unable to add port vnet0 to OVS bridge {}"
