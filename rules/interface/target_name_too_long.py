"""The name of an interface's device on the host is longer than 15 bytes, and the guest does not start.

libvirt accepts any name at define. The kernel has room for 15 bytes and a terminating zero, and does not truncate the
name: it refuses to create the device. Without a name libvirt picks a free one, such as `vnet0`.

## What to do
Set `dev` of `<target>` to a name of at most 15 bytes that does not begin with `vnet`. If nothing uses the name, remove
it.

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
web.xml:6:15: error: device name 'web-laboratory-east' too long: 19 bytes, and the kernel allows 15 [target-name-too-long]
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
Unsafe: the guest has never run with this name, but a script or a firewall rule that needs a fixed name needs a shorter
one.

## Libvirt
When the guest starts: `Network interface name 'web-laboratory-east' is too long: Numerical result out of range`; for an
interface of type `direct`: `error creating macvtap interface web-laboratory-east@eth0 (52:54:00:0a:0b:0c): Numerical
result out of range`. An interface of type `user` has no device on the host, and its name is not used.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#overriding-the-target-element
- libvirt src/util/virnetdev.c, virNetDevSetupControlFull()
- linux include/uapi/linux/if.h, IFNAMSIZ
"""

from collections.abc import Iterator

from vnetlint.api import IFNAMSIZ, Interface, Problem, Project, drop, is_too_long, problem, rule


@rule(
    "target-name-too-long",
    code="VN2250",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place = interface.made_device
    if place is None or not is_too_long(place.value) or project.guests.attachment_of(interface) == "hostdev":
        return
    name = place.value
    yield problem(
        place,
        f"device name '{name}' too long: {len(name.encode())} bytes, and the kernel allows {IFNAMSIZ - 1}",
        drop(place, "unsafe", ", so that libvirt names the device"),
        libvirt_message=f"Network interface name '{name}' is too long: Numerical result out of range",
    )
