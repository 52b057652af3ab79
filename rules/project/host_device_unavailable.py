"""An interface uses a PCI device that is missing or not a virtual function, so the guest does not start.

An interface of type `hostdev` passes a virtual function of an SR-IOV card to the guest. libvirt first sets the MAC
address and VLAN of the function, which it cannot do for a whole card. The rule needs an inventory that lists the host's
PCI devices.

## What to do
Set `<address>` to a virtual function of the host; `lspci -Dnn` lists its devices. To pass a whole card to the guest,
use `<hostdev>` instead of `<interface>`.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
      </source>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x05' slot='0x10' function='0x1'/>
      </source>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "pci_devices": [{"address": "0000:04:00.0", "is_vf": false}, {"address": "0000:04:10.1", "is_vf": true}]}
```

## Report
```text
web.xml:7:9: error: PCI device 0000:04:00.0 is not a virtual function, which an interface needs [host-device-unavailable]
web.xml:13:9: error: the host has no PCI device 0000:05:10.1 [host-device-unavailable]
```

## Good
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
```json host.json
{"version": 1, "iommu": true, "pci_devices": [{"address": "0000:04:10.1", "is_vf": true}]}
```

## Fix safety
Shown only: a person has to decide which device is meant.

## Libvirt
When the guest starts: `Interface type hostdev is currently supported on SR-IOV Virtual Functions only`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#pci-passthrough
- libvirt src/hypervisor/virhostdev.c, virHostdevIsVirtualFunction()
"""

from collections.abc import Iterator

from vnetlint.api import Host, Interface, Problem, Project, advise, problem, rule


@rule(
    "host-device-unavailable",
    code="VN3560",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    host, nic = project.host, interface.host_nic
    if host is None or project.guests.attachment_of(interface) != "hostdev" or not interface.domain.is_qemu:
        return
    address = nic.address if nic else None
    found = host.pci_device(address)
    listed = host.inventory.pci_devices is not None
    if nic is not None and address and listed and found is None:
        yield problem(nic, f"the host has no PCI device {address}", LIST)
    elif nic is not None and address and _is_whole(address, host):
        message = f"PCI device {address} is not a virtual function, which an interface needs"
        yield problem(nic, message, advise("Pass the whole card by <hostdev>", WHOLE), libvirt_message=NOT_VF)


def _is_whole(address: str, host: Host) -> bool:
    """Whether the inventory shows, by the device or by the list of functions, that it is not a virtual function."""
    found = host.pci_device(address)
    if found is not None and found.is_vf is not None:
        return not found.is_vf
    return host.vfs is not None and address not in host.vfs


NOT_VF = "Interface type hostdev is currently supported on SR-IOV Virtual Functions only"
LIST = advise("List the host's devices and their functions", "lspci -Dnn | grep -i ethernet")
WHOLE = """\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x07' slot='0x00' function='0x0'/>
  </source>
</hostdev>"""
