"""A guest joins an Open vSwitch, but none runs on the host, so the guest does not start.

`<virtualport type='openvswitch'/>` makes libvirt call `ovs-vsctl` when a guest starts. The rule needs an inventory of
the host.

## What to do
Install Open vSwitch on the host and start it. If the guest should join a Linux bridge, remove `<virtualport>`.

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
lan.xml:5:3: error: bridge 'ovsbr0' is declared as an Open vSwitch, but the host runs none [openvswitch-missing]
web.xml:6:7: error: bridge 'ovsbr0' is declared as an Open vSwitch, but the host runs none [openvswitch-missing]
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
The file may be right, so the command that starts Open vSwitch is shown. Joining a Linux bridge instead is a choice.

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
    # A bridge that the inventory lists is checked by openvswitch-mismatch.
    if port.get("type") != "openvswitch" or host.link(place.value) is not None:
        return
    yield problem(
        port,
        f"bridge '{place.value}' is declared as an Open vSwitch, but the host runs none",
        advise("Start Open vSwitch on the host", "systemctl enable --now openvswitch-switch"),
        fix("Remove <virtualport>", edit.remove(port), safety="choice"),
        libvirt_message=f"Unable to add port vnet0 to OVS bridge {place.value}",
    )
