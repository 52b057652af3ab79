"""An interface has the MAC address 00:00:00:00:00:00, and the guest gets another one.

libvirt takes the address as it stands and hands it to QEMU, which puts its own default in its place: 52:54:00:12:34:56
for a guest's first card, whatever guest it is.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='00:00:00:00:00:00'/>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:12: warning: a MAC address of all zeros is none, and the guest gets another [zero-mac]
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
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: without `<mac>` libvirt writes an address into the definition, which stays.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/conf/domain_conf.c, virDomainNetDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "zero-mac",
    code="VN2304",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
    covers=("C121",),
)
def check(interface: Interface) -> Iterator[Problem]:
    place = interface.mac_place
    if place is not None and interface.mac == "00:00:00:00:00:00":
        removed = fix("Remove <mac>, so that libvirt makes one", edit.remove(place.node), safety="unsafe")
        yield problem(place, "a MAC address of all zeros is none, and the guest gets another", removed)
