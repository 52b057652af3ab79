"""A QEMU guest has an interface of a type that only other hypervisors support, so it does not start.

`vds` is a port of VMware's distributed switch, and `null` is a card of VMware or bhyve that is connected to nothing.
libvirt accepts both in the definition of a QEMU guest. In libvirt 9.0 the attempt to start such a guest crashes
libvirtd.

## What to do
Remove the interface, or change it to a type that QEMU supports, such as `network`. For a card that is connected to
nothing, set `<link state='down'/>` on it.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='null'>
      <mac address='52:54:00:0a:0b:0c'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:4:16: error: QEMU does not support interfaces of type 'null' [type-unknown-to-qemu]
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
      <link state='down'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest loses an interface that it may need.

## Libvirt
When the guest starts, in libvirt 10.7: `network device type 'null' is not supported by this hypervisor`. libvirt 9.0
says nothing: its daemon crashes.

Seen on 11.3 and 12.8, and the crash on 9.0 alone.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/qemu/qemu_command.c, qemuBuildHostNetProps()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, advise, edit, fix, problem, rule


@rule(
    "type-unknown-to-qemu",
    code="VN2223",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    if interface.type in ("null", "vds") and interface.domain.is_qemu:
        yield problem(
            interface.attribute("type") or interface,
            f"QEMU does not support interfaces of type '{interface.type}'",
            fix("Remove <interface>", edit.remove(interface.node), safety="choice"),
            advise("Connect it to a network, with the link down", UNPLUGGED),
            libvirt_message=f"network device type '{interface.type}' is not supported by this hypervisor",
        )


UNPLUGGED = "<interface type='network'>\n  <source network='default'/>\n  <link state='down'/>\n</interface>"
