"""A hostdev network lists a PCI device that is not a virtual function, and libvirt refuses to define it.

A network hands out only virtual functions of SR-IOV cards. libvirt looks them up when the network is defined, so the
definition fits only a host on which these functions are active. The rule needs an inventory that lists them. Where it
lists them for some NICs only, the finding is an info.

## What to do
Use the address of a virtual function that is active on the host. If there is none, create virtual functions on the
host before you define the network.

## Bad
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x0'/>
  </forward>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "vfs": []},
                {"name": "eth1", "vfs": ["0000:04:10.0", "0000:04:10.2"]}]}
```

## Report
```text
vf.xml:4:5: error: PCI device 0000:04:00.0 is not a virtual function of the host [pci-device-not-vf]
```

## Fixed
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x2'/>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x0'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>vf</name>
  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x0'/>
  </forward>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth1", "vfs": ["0000:04:10.0"]}]}
```

## Fix safety
Choice: each wrong address is replaced by that of another function of the host, which a guest outside the project may
use. The command that creates virtual functions is shown too.

## Libvirt
At define: `device '/sys/bus/pci/devices/0000:04:00.0' in network 'vf' is not an SR-IOV Virtual Function`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Forward, Network, Node, Problem, Project, advise, edit, fix, pci_attributes, problem, rule


@rule(
    "pci-device-not-vf",
    code="VN3102",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host, forward = project.host, network.forward
    is_sure = host is not None and host.vfs is not None
    if network.mode != "hostdev" or host is None or forward is None or forward.interfaces:
        return
    for node, address, free in _others(forward, host.told_vfs) if host.told_vfs or is_sure else ():
        yield problem(
            node,
            f"PCI device {address} is not {'a virtual function' if is_sure else LISTED} of the host",
            _use(free, node) if free else (),
            advise("Create virtual functions on the host", "echo 4 > /sys/class/net/NIC/device/sriov_numvfs"),
            libvirt_message=_refusal(address, network.name),
            severity=None if is_sure else "info",
            confidence="high" if is_sure else "low",
        )


LISTED = "among the listed virtual functions"
NOT_VF = "is not an SR-IOV Virtual Function"


def _others(forward: Forward, functions: tuple[str, ...]) -> Iterator[tuple[Node, str, str | None]]:
    """The devices that are not virtual functions: element, address, and a function that the network does not list."""
    listed = {device.address for device in forward.pci_devices}
    free = iter([each for each in functions if each not in listed])
    for device in forward.pci_devices:
        if device.address is not None and device.address not in functions:
            yield device.node, device.address, next(free, None)


def _use(function: str, node: Node) -> tuple[Fix, ...]:
    edits = [edit.set_attribute(node, name, value) for name, value in pci_attributes(function).items()]
    return fix(f"Use {function} instead", *edits, safety="choice")


def _refusal(address: str, network: str | None) -> str:
    return f"device '/sys/bus/pci/devices/{address}' in network '{network}' {NOT_VF}" if network else NOT_VF
