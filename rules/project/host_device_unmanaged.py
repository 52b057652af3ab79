"""A host device is not managed, so the guest starts only after somebody has detached it from the host.

With `managed='yes'`, libvirt detaches the device from the host's driver when the guest starts and returns it
afterwards. Without it, the device must already be bound to `vfio-pci`, by `virsh nodedev-detach` or when the host
boots. The finding is a warning if the inventory names another driver, and an info if it names none.

## What to do
Set `managed='yes'` on the `<interface>`, or on the `<forward>` of the network. If the host binds the device to
`vfio-pci` itself, keep the file as it is and record that driver in the inventory.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev'>
      <source>
        <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>
      </source>
    </interface>
  </devices>
</domain>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x3'/>
  </forward>
</network>
```
```json host.json
{"version": 1, "pci_devices": [{"address": "0000:04:10.1", "driver": "ixgbevf", "is_vf": true},
                               {"address": "0000:04:10.3", "driver": "ixgbevf", "is_vf": true}]}
```

## Report
```text
vf.xml:3:3: warning: PCI device 0000:04:10.3 is not managed, and the host's driver 'ixgbevf' uses it [host-device-unmanaged]
web.xml:4:5: warning: PCI device 0000:04:10.1 is not managed, and the host's driver 'ixgbevf' uses it [host-device-unmanaged]
```

## Fixed
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x3'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev'>
      <source>
        <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>
      </source>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "pci_devices": [{"address": "0000:04:10.1", "driver": "vfio-pci", "is_vf": true}]}
```

## Fix safety
Choice: with `managed='yes'` the device goes back to the host's driver when the guest stops.

## Libvirt
When the guest starts, with QEMU's message, if a driver other than `vfio-pci` has the device.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#pci-passthrough
- https://libvirt.org/manpages/virsh.html#nodedev-detach
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Node, Problem, Project, edit, fix, problem, rule


@rule(
    "host-device-unmanaged",
    code="VN3563",
    on=(Network, Interface),
    severity="warning",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    node, addresses = _devices(user)
    if node is None or node.get("managed") not in (None, "", "no") or node.has_unknown_attributes:
        return
    listed = [project.host.pci_device(each) for each in addresses] if project.host else []
    drivers = [(each.address, each.driver) for each in listed if each and each.driver]
    wrong = next((each for each in drivers if each[1] != "vfio-pci"), None)
    if drivers and wrong is None:
        return
    yield problem(
        node,
        f"PCI device {wrong[0]} is not managed, and the host's driver '{wrong[1]}' uses it"
        if wrong
        else "a host device that is not managed must be detached from the host before the guest starts",
        fix("Set managed='yes'", edit.set_attribute(node, "managed", "yes"), safety="choice"),
        severity=None if wrong else "info",
    )


def _devices(user: Network | Interface) -> tuple[Node | None, list[str | None]]:
    """The element that may have 'managed', and the PCI addresses of the devices that it lists."""
    if isinstance(user, Interface):
        qemu = user.type == "hostdev" and user.domain.is_qemu
        return user.node if qemu else None, [user.host_nic.address] if user.host_nic else []
    if user.mode != "hostdev" or user.forward is None:
        return None, []
    return user.forward.node, [each.address for each in user.forward.pci_devices]
