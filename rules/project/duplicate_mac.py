"""Two guests' interfaces have one MAC address, and take each other's traffic.

Copied XML brings the `<mac>` along. libvirt starts both guests; the bridge then learns the address on whichever port
spoke last, and both get the same DHCP lease.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```
```xml web2.xml
<domain type='kvm'>
  <name>web2</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0A:0B:0C'/>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web2.xml:5:12: warning: the MAC address 52:54:00:0a:0b:0c is also that of 'web' [duplicate-mac]
```

## Fixed
```xml web2.xml
<domain type='kvm'>
  <name>web2</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:6d:9f:fd'/>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```
```xml web2.xml
<domain type='kvm'>
  <name>web2</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: a static DHCP entry or the guest's own configuration may know the address. The new one is made from the guest's
name, so that every run proposes the same. Guests in different folders may live on different hosts; of those it is only
worth knowing.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, new_mac, problem, related, rule


@rule("duplicate-mac", code="VN3020", on=Interface, severity="warning", when="never", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    mac, place = interface.mac, interface.mac_place
    if mac is None or place is None:
        return
    first = project.interfaces_by_mac[mac][0]
    if first.domain.name == interface.domain.name:
        return
    fresh = new_mac(f"{interface.domain.name} {interface.node.path}", project.interfaces_by_mac)
    yield problem(
        place,
        f"the MAC address {mac} is also that of '{first.domain.name}'",
        fix(f"Give it {fresh}", edit.set_attribute(place.node, "address", fresh), safety="unsafe"),
        fix("Remove <mac>, so that libvirt makes one", edit.remove(place.node), safety="unsafe"),
        related=(related(first.mac_place or first, "the first is here"),),
        severity=None if project.same_host(first.domain, interface.domain) else "info",
    )
