"""An interface uses a tap device that another program creates, but the host has none of that name.

With `managed='no'` libvirt creates no device for an interface of type `ethernet`, so the device must exist before the
guest starts. The rule needs an inventory of the host. The finding is only a warning, because a hook may create the
device when the guest starts.

## What to do
Create the tap device on the host before the guest starts. If libvirt should create it, remove `managed='no'`. If a
hook creates it when the guest starts, leave it as it is.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='ethernet'>
      <target dev='tap-web' managed='no'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0"}]}
```

## Report
```text
web.xml:5:15: warning: the host has no device 'tap-web', and managed='no' keeps libvirt from creating it [unmanaged-device-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='ethernet'>
      <target dev='tap-web'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='ethernet'>
      <target dev='tap-web' managed='no'/>
    </interface>
    <interface type='ethernet'>
      <target dev='tap-lab'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0"}, {"name": "tap-web", "kind": "tap"}]}
```

## Fix safety
Choice: libvirt then creates the device and removes it with the guest. The program that creates it today may not expect
that. The command that creates the device beforehand is shown too.

## Libvirt
When the guest starts: `target managed='no' but specified dev doesn't exist`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#generic-ethernet-connection
- libvirt src/qemu/qemu_interface.c, qemuInterfaceEthernetConnect()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Interface, Problem, Project, advise, edit, fix, known, problem, rule


@rule(
    "unmanaged-device-missing",
    code="VN3486",
    on=Interface,
    severity="warning",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place = interface.target if interface.type == "ethernet" else None
    name = known(place.value) if place else None
    managed = place.node.attributes.get("managed") if place else None
    if place is None or name is None or managed is None or managed.value != "no":
        return
    if project.host and project.host.lacks(name):
        yield problem(
            place,
            f"the host has no device '{name}', and managed='no' keeps libvirt from creating it",
            fix("Remove managed='no', so that libvirt creates it", edit.remove_attribute(managed), safety="choice"),
            advise("Create the device before the guest starts", f"ip tuntap add dev {quote(name)} mode tap"),
            libvirt_message="target managed='no' but specified dev doesn't exist",
            confidence="medium",
        )
