"""An interface has the MAC address 00:00:00:00:00:00, and the guest gets another one.

libvirt passes the address to QEMU, which replaces it with its own default: 52:54:00:12:34:56 for the first card of any
guest. Two such guests on a LAN have the same address.

## What to do
Remove `<mac>`, and libvirt generates an address. If the guest needs a certain address, set it instead.

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
web.xml:5:12: warning: invalid MAC address '00:00:00:00:00:00': the guest gets another one [zero-mac]
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
Choice: without `<mac>` libvirt generates an address that stays in the definition, so the guest's address changes.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

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
)
def check(interface: Interface) -> Iterator[Problem]:
    place = interface.mac_place
    if place is not None and interface.mac == "00:00:00:00:00:00":
        removed = fix("Remove <mac>, so that libvirt generates an address", edit.remove(place.node), safety="choice")
        yield problem(place, "invalid MAC address '00:00:00:00:00:00': the guest gets another one", removed)
