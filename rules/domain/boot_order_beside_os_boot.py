"""A guest has a boot order both of devices and of kinds of device, and libvirt refuses to define it.

`<boot dev=…>` in `<os>` names kinds, such as the first disk or the network; `<boot order=…>` in a device names that
device. A guest has the one or the other.

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
web.xml:5:5: error: <os> has a boot order, and so have the devices [boot-order-beside-os-boot]
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
Unsafe: libvirt refuses the guest as it stands, but what goes was meant too. The order of the devices is the more exact of
the two and stays; a disk that is to be tried needs a number in it.

## Libvirt
At define: `per-device boot elements cannot be used together with os/boot elements`

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
    covers=("A096",),
)
def check(domain: Domain) -> Iterator[Problem]:
    system = domain.node.child("os")
    kinds = system.all("boot") if system else []
    devices = [boot for boot in domain.parts_of_devices("boot") if "order" in boot.attributes]
    if kinds and devices:
        yield problem(
            kinds[0],
            "<os> has a boot order, and so have the devices",
            fix("Remove <boot> from <os>", *map(edit.remove, kinds), safety="unsafe"),
            fix("Remove <boot> from the devices", *map(edit.remove, devices), safety="unsafe"),
            related=(related(devices[0], "a device has its own place here"),),
            libvirt_message="per-device boot elements cannot be used together with os/boot elements",
        )
