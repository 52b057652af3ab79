"""A guest has a boot order for devices and another for kinds of device, and libvirt refuses to define it.

`<boot dev=…>` in `<os>` names kinds, such as the first disk or the network. `<boot order=…>` in a device names that
device. A guest can have only one of the two.

## What to do
Keep one of the two. To choose particular devices, remove `<boot>` from `<os>`, and set `<boot order='…'/>` in every
device that the firmware should try. If kinds of device are enough, remove `<boot>` from the devices.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <os>
    <type>hvm</type>
    <boot dev='network'/>
    <boot dev='hd'/>
  </os>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <boot order='1'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:5: error: <boot> in <os> is not supported together with <boot> in a device [boot-order-beside-os-boot]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <os>
    <type>hvm</type>
  </os>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <boot order='1'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <os>
    <type>hvm</type>
    <boot dev='hd'/>
  </os>
  <devices>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: either order may be the intended one. The order of the devices is more exact, but a disk that the firmware
should try needs a number of its own.

## Libvirt
At define: `per-device boot elements cannot be used together with os/boot elements`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#bios-bootloader
- libvirt src/conf/domain_postparse.c, virDomainDefBootPostParse()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Problem, edit, fix, problem, related, rule


@rule(
    "boot-order-beside-os-boot",
    code="VN2151",
    on=Domain,
    severity="error",
    when="define",
    since="0.1",
)
def check(domain: Domain) -> Iterator[Problem]:
    system = domain.node.child("os")
    kinds = system.all("boot") if system else []
    devices = [boot for boot in domain.parts_of_devices("boot") if "order" in boot.attributes]
    if kinds and devices and not domain.is_template:
        yield problem(
            kinds[0],
            "<boot> in <os> is not supported together with <boot> in a device",
            fix("Remove <boot> from <os>", *map(edit.remove, kinds), safety="choice"),
            fix("Remove <boot> from the devices", *map(edit.remove, devices), safety="choice"),
            related=(related(devices[0], "the <boot> of a device"),),
            libvirt_message="per-device boot elements cannot be used together with os/boot elements",
        )
