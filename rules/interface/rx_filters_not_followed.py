"""An interface lets the guest set its receive filters, and libvirt does not follow there.

With `trustGuestRxFilters='yes'` libvirt sets on the host what the guest's virtio card asks for: another MAC address, more
multicast groups. That is needed and done for macvtap alone; another card does not ask at all.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct' trustGuestRxFilters='yes'>
      <source dev='eth0' mode='bridge'/>
      <model type='e1000'/>
    </interface>
    <interface type='user' trustGuestRxFilters='yes'>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:4:30: info: the filters of an interface with the card 'e1000' are not followed [rx-filters-not-followed]
web.xml:8:28: info: the filters of an interface of type 'user' are not followed [rx-filters-not-followed]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
      <model type='e1000'/>
    </interface>
    <interface type='user'>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct' trustGuestRxFilters='yes'>
      <source dev='eth0' mode='bridge'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Safe: libvirt does the same without the attribute.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/qemu/qemu_domain.c, qemuDomainSyncRxFilter()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "rx-filters-not-followed", code="VN2342", on=Interface, severity="info", when="never", since="0.1", covers=("C109",)
)
def check(interface: Interface) -> Iterator[Problem]:
    place = interface.attribute("trustGuestRxFilters")
    if place is None or place.value != "yes":
        return
    elsewhere = interface.type in ("user", "ethernet", "vhostuser", "mcast", "client", "server", "udp", "internal")
    if elsewhere or interface.is_virtio is False:
        what = f"of type '{interface.type}'" if elsewhere else f"with the card '{interface.model}'"
        removed = edit.remove_attribute(place)
        message = f"the filters of an interface {what} are not followed"
        yield problem(place, message, fix("Remove trustGuestRxFilters", removed, safety="safe"))
