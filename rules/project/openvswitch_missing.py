"""A guest is to join an Open vSwitch on a host where none runs, so it does not start.

`<virtualport type='openvswitch'/>` makes libvirt call `ovs-vsctl` when a guest starts. Install Open vSwitch on the host
and start it, or join a Linux bridge. The rule needs an inventory of the host.

## Bad
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
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
</network>
```
```json host.json
{"version": 1, "open_vswitch": false}
```

## Report
```text
lan.xml:5:3: error: the host runs no Open vSwitch, which bridge 'ovsbr0' is said to be [openvswitch-missing]
web.xml:6:7: error: the host runs no Open vSwitch, which bridge 'ovsbr0' is said to be [openvswitch-missing]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
</network>
```
```json host.json
{"version": 1, "open_vswitch": true}
```

## Fix safety
Nothing in the file may be wrong: the command that starts Open vSwitch is shown. To join a Linux bridge instead is a
choice.

## Libvirt
When the guest starts: `Unable to add port vnet0 to OVS bridge ovsbr0`. Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#bridge-to-lan
- libvirt src/util/virnetdevopenvswitch.c, virNetDevOpenvswitchAddPort()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, advise, edit, fix, problem, rule


@rule("openvswitch-missing", code="VN3705", on=(Network, Interface), severity="error", when="plug", since="0.1")
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host, place, port = project.host, user.host_bridge, user.plugs[0].virtualport
    if host is None or host.inventory.open_vswitch is not False or place is None or port is None:
        return
    # What is known to be a Linux bridge is another rule's.
    if port.get("type") != "openvswitch" or host.link(place.value) is not None:
        return
    yield problem(
        port,
        f"the host runs no Open vSwitch, which bridge '{place.value}' is said to be",
        advise("Start Open vSwitch on the host", "systemctl enable --now openvswitch-switch"),
        fix("Remove <virtualport>", edit.remove(port), safety="choice"),
        libvirt_message=f"Unable to add port vnet0 to OVS bridge {place.value}",
    )
