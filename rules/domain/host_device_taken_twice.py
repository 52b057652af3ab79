"""A guest uses the same host device twice, and libvirt refuses to define it.

`<hostdev>` and `<interface type='hostdev'>` can name the same PCI device, in decimal or in hexadecimal. A USB device
can be named by vendor and product or by its address.

## What to do
Remove the later entry, or give it the address of the device that was meant. Two USB devices of the same model both need
`<address bus='…' device='…'/>`.

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
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0' bus='5' slot='16' function='1'/>
      </source>
    </hostdev>
  </devices>
</domain>
```
```xml zigbee.xml
<domain type='kvm'>
  <name>zigbee</name>
  <devices>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <vendor id='0x10c4'/>
        <product id='0xea60'/>
      </source>
    </hostdev>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <vendor id='0x10c4'/>
        <product id='0xea60'/>
        <address bus='1' device='3'/>
      </source>
    </hostdev>
  </devices>
</domain>
```

## Report
```text
web.xml:9:5: error: the guest already takes this device of the host [host-device-taken-twice]
zigbee.xml:10:5: error: the guest already takes this device of the host [host-device-taken-twice]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x05' slot='0x10' function='0x1'/>
      </source>
    </interface>
  </devices>
</domain>
```
```xml zigbee.xml
<domain type='kvm'>
  <name>zigbee</name>
  <devices>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <vendor id='0x10c4'/>
        <product id='0xea60'/>
      </source>
    </hostdev>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>zigbee</name>
  <devices>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <vendor id='0x10c4'/>
        <product id='0xea60'/>
        <address bus='1' device='2'/>
      </source>
    </hostdev>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <vendor id='0x10c4'/>
        <product id='0xea60'/>
        <address bus='1' device='3'/>
      </source>
    </hostdev>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x05' slot='0x10' function='0x1'/>
      </source>
    </interface>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x05' slot='0x10' function='0x2'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the later entry may be meant for another device.

## Libvirt
At define: `Hostdev already exists in the domain configuration`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#host-device-assignment
- libvirt src/conf/domain_conf.c, virDomainHostdevFind()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Problem, edit, fix, problem, related, rule


@rule("host-device-taken-twice", code="VN2701", on=Domain, severity="error", when="define", since="0.1")
def check(domain: Domain) -> Iterator[Problem]:
    for device, first in domain.repeated_host_devices:
        yield problem(
            device,
            "the guest already takes this device of the host",
            fix(f"Remove this <{device.name}>", edit.remove(device), safety="choice"),
            related=(related(first, "the first entry of this device"),),
            libvirt_message="Hostdev already exists in the domain configuration",
        )
