"""A guest uses a PCI device of a host that has no IOMMU, so it does not start.

libvirt passes PCI devices to guests by VFIO, which needs an IOMMU. The rule needs an inventory of the host.

## What to do
Turn the IOMMU on in the host's firmware (VT-d, AMD-Vi) and on the kernel's command line (`intel_iommu=on`). If the host
has none, remove the device from the guest.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x05' slot='0x10' function='0x1'/>
      </source>
    </interface>
    <interface type='network'>
      <source network='functions'/>
    </interface>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x06' slot='0x00' function='0x0'/>
      </source>
    </hostdev>
  </devices>
</domain>
```
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth4'/>
  </forward>
</network>
```
```json host.json
{"version": 1, "iommu": false}
```

## Report
```text
web.xml:4:5: error: cannot pass a PCI device to a guest: the host has no IOMMU [iommu-missing]
web.xml:9:5: error: cannot pass a PCI device to a guest: the host has no IOMMU [iommu-missing]
web.xml:12:5: error: cannot pass a PCI device to a guest: the host has no IOMMU [iommu-missing]
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth4' mode='bridge'/>
    </interface>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <vendor id='0x10c4'/>
        <product id='0xea60'/>
      </source>
    </hostdev>
  </devices>
</domain>
```
```json host.json
{"version": 1, "iommu": false}
```

## Fix safety
Choice: nothing in the file is wrong, and the guest may need the device.

## Libvirt
When the guest starts: `host doesn't support passthrough of host PCI devices` (9.0, 11.3) or
`VFIO PCI device assignment is not supported by the host` (12.8)

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#host-device-assignment
- libvirt src/qemu/qemu_hostdev.c, qemuHostdevPreparePCIDevicesCheckSupport()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Problem, Project, advise, edit, fix, problem, rule


@rule("iommu-missing", code="VN3704", on=Domain, severity="error", when="plug", since="0.1")
def check(domain: Domain, project: Project) -> Iterator[Problem]:
    if project.host is None or project.host.inventory.iommu is not False or not domain.is_qemu:
        return
    cards = [each.node for each in domain.interfaces if project.guests.attachment_of(each) == "hostdev"]
    devices = [each for each in domain.devices_named("hostdev") if each.get("type") == "pci"]
    for device in (*cards, *devices):
        yield problem(
            device,
            "cannot pass a PCI device to a guest: the host has no IOMMU",
            advise("Show whether the kernel found an IOMMU", "dmesg | grep -e DMAR -e IOMMU"),
            fix(f"Remove <{device.name}>", edit.remove(device), safety="choice"),
            libvirt_message="VFIO PCI device assignment is not supported by the host"
            if project.has_libvirt("12.8.0")
            else "host doesn't support passthrough of host PCI devices",
        )
