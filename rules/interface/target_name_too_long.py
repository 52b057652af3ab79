"""An interface names its device on the host with more than 15 bytes, and the guest does not start.

libvirt takes any name into the definition. The kernel has room for 15 bytes and the zero that ends them, and nothing is
cut off: the device is not made. Without a name libvirt gives the device a free one, such as `vnet0`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <target dev='web-laboratory-east'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:15: error: the device name 'web-laboratory-east' has 19 bytes, and the kernel takes no more than 15 [target-name-too-long]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <target dev='web-lab-east'/>
    </interface>
    <interface type='user'>
      <target dev='web-laboratory-east'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Safe: the guest has never run with this name, so that nothing can rely on it.

## Libvirt
When the guest starts: `Network interface name 'web-laboratory-east' is too long: Numerical result out of range`; of an
interface of type `direct`: `error creating macvtap interface web-laboratory-east@eth0 (52:54:00:0a:0b:0c): Numerical
result out of range`. An interface of type `user` has no device on the host, and its name is not used.

## References
- https://libvirt.org/formatdomain.html#overriding-the-target-element
- libvirt src/util/virnetdev.c, virNetDevSetupControlFull()
- linux include/uapi/linux/if.h, IFNAMSIZ
"""

from collections.abc import Iterator

from vnetlint.api import IFNAMSIZ, Interface, Problem, Project, edit, fix, is_too_long, problem, rule


@rule(
    "target-name-too-long",
    code="VN2250",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
    covers=("B065",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place = interface.made_device
    if place is None or not is_too_long(place.value) or project.attachment_of(interface) == "hostdev":
        return
    bare, name = len(place.node.attributes) == 1, place.value
    removed = edit.remove(place.node) if bare else edit.remove_attribute(place)
    yield problem(
        place,
        f"the device name '{name}' has {len(name.encode())} bytes, and the kernel takes no more than {IFNAMSIZ - 1}",
        fix("Let libvirt name the device", removed, safety="safe"),
        libvirt_message=f"Network interface name '{name}' is too long: Numerical result out of range",
    )
