"""A guest gets a VLAN tag on a Linux bridge, but the host's kernel cannot filter VLANs, so the guest does not start.

Since 11.0.0 libvirt sets the tag on the port of the bridge. This needs a kernel with `CONFIG_BRIDGE_VLAN_FILTERING`.
The rule needs an inventory of the host.

## What to do
Use a kernel that filters VLANs, or an Open vSwitch. Or create a VLAN device on the host with a bridge of its own, let
the guest join that bridge, and remove `<vlan>`.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <vlan>
        <tag id='42'/>
      </vlan>
    </interface>
    <interface type='network'>
      <source network='office'/>
    </interface>
  </devices>
</domain>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <vlan>
    <tag id='43'/>
  </vlan>
</network>
```
```json host.json
{"version": 1, "libvirt": "12.8.0", "bridge_vlan_filtering": false}
```

## Report
```text
web.xml:6:7: error: cannot set a VLAN on a Linux bridge: the host's kernel has no VLAN filtering [vlan-filtering-missing]
web.xml:10:5: error: cannot set a VLAN on a Linux bridge: the host's kernel has no VLAN filtering [vlan-filtering-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
    <interface type='network'>
      <source network='office'/>
    </interface>
  </devices>
</domain>
```
```xml office.xml
<network>
  <name>office</name>
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
      <vlan>
        <tag id='42'/>
      </vlan>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "libvirt": "12.8.0", "bridge_vlan_filtering": false}
```

## Fix safety
Choice: without `<vlan>` the guest is in no VLAN, or in that of the bridge.

## Libvirt
When the guest starts: `error adding vlan filter to interface vnet0: Operation not supported`.

Seen on 11.3 and 12.8; 9.0 refuses the tag itself.

## References
- https://libvirt.org/formatdomain.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/util/virnetdevbridge.c, virNetDevBridgeSetupVlans()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, problem, related, rule


@rule("vlan-filtering-missing", code="VN3700", on=Interface, severity="error", when="plug", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    host, since = project.host, _tagged_since(interface, project)
    vlan = next((plug.vlan for plug in project.guests.plugs_of(interface) if plug.vlan is not None), None)
    if host is None or host.inventory.bridge_vlan_filtering is not False or since is None or vlan is None:
        return
    if not project.has_libvirt(since):
        return
    own = interface.node.child("vlan")
    yield problem(
        own or interface,
        "cannot set a VLAN on a Linux bridge: the host's kernel has no VLAN filtering",
        fix("Remove <vlan>", edit.remove(vlan), safety="choice"),
        related=() if own else (related(vlan, "the VLAN is here"),),
        libvirt_message=REFUSED,
    )


TAGGED_SINCE = {"host-bridge": "11.0.0", "own-bridge": "12.8.0"}
REFUSED = "error adding vlan filter to interface "


def _tagged_since(interface: Interface, project: Project) -> str | None:
    """The first version that sets a tag on the bridge, or None if it is not a Linux bridge."""
    is_switch = project.guests.switch_of(interface) is not None or project.bridges.on_openvswitch(interface)
    return None if is_switch else TAGGED_SINCE.get(project.guests.attachment_of(interface) or "")
