"""An interface trusts the guest's receive filters, but libvirt ignores them there.

With `trustGuestRxFilters='yes'` libvirt applies on the host what the guest's virtio card asks for: another MAC address,
more multicast groups. libvirt does so for macvtap only, and other cards do not ask.

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
web.xml:4:30: info: 'trustGuestRxFilters' has no effect on the card 'e1000' [rx-filters-not-followed]
web.xml:8:28: info: 'trustGuestRxFilters' has no effect on an interface of type 'user' [rx-filters-not-followed]
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
Unsafe: the interface works the same without the attribute, but a type or a model that uses it may have been meant.

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
        where = f"an interface of type '{interface.type}'" if elsewhere else f"the card '{interface.model}'"
        message = f"'trustGuestRxFilters' has no effect on {where}"
        yield problem(
            place, message, fix("Remove 'trustGuestRxFilters'", edit.remove_attribute(place), safety="unsafe")
        )
