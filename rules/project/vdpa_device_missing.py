"""An interface of type `vdpa` names a device that the host does not have, so the guest does not start.

The driver of the card creates a vDPA device, and the number of the device depends on the order. The rule needs an
inventory that lists the host's devices.

## What to do
Name a vDPA device that the host has in `<source dev='…'/>`. If the card is the right one, create its device on the
host before the guest starts.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vdpa'>
      <source dev='/dev/vhost-vdpa-1'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "vdpa_devices": ["/dev/vhost-vdpa-0"]}
```

## Report
```text
web.xml:5:15: error: the host has no vDPA device '/dev/vhost-vdpa-1' [vdpa-device-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vdpa'>
      <source dev='/dev/vhost-vdpa-0'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vdpa'>
      <source dev='/dev/vhost-vdpa-0'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "vdpa_devices": ["/dev/vhost-vdpa-0"]}
```

## Fix safety
Choice: another device may be another card. It is offered only where the host has exactly one device.

## Libvirt
When the guest starts: `Unable to open '/dev/vhost-vdpa-1' for vdpa device: No such file or directory`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#vdpa-devices
- libvirt src/qemu/qemu_interface.c, qemuVDPAConnect()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Fix, Interface, Problem, Project, advise, edit, fix, known, problem, rule


@rule("vdpa-device-missing", code="VN3470", on=Interface, severity="error", when="plug", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    devices = project.host.inventory.vdpa_devices if project.host else None
    place = interface.source.attributes.get("dev") if interface.type == "vdpa" and interface.source else None
    name = known(place.value) if place else None
    if devices is None or place is None or name is None or name in devices:
        return
    yield problem(
        place,
        f"the host has no vDPA device '{name}'",
        _use(devices[0], place) if len(devices) == 1 else _choose(devices),
        libvirt_message=f"Unable to open '{name}' for vdpa device: No such file or directory",
    )


def _use(device: str, place: Attribute) -> tuple[Fix, ...]:
    return fix(f"Use {device} instead", edit.set_attribute(place.node, "dev", device), safety="choice")


def _choose(devices: tuple[str, ...]) -> tuple[Fix, ...]:
    listed = ", ".join(sorted(devices))
    title = f"Use a device of the host: {listed}" if devices else "Create a vDPA device on the host, and list it"
    return advise(title, "ls /dev/vhost-vdpa-*")
