"""An interface trusts the guest's receive filters, but libvirt ignores them there.

With `trustGuestRxFilters='yes'` libvirt applies on the host what the guest's virtio card asks for: another MAC address,
or more multicast groups. libvirt does so only for macvtap, and other cards do not ask.

## What to do
Remove `trustGuestRxFilters`. If the guest has to change its MAC address or its multicast groups, use macvtap and
`<model type='virtio'/>`.

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

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/qemu/qemu_domain.c, qemuDomainSyncRxFilter()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, edit, fix, problem, rule


@rule(
    "rx-filters-not-followed",
    code="VN2342",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    where = _elsewhere(user, project)
    for plug in user.plugs if where else ():
        place = plug.attribute("trustGuestRxFilters")
        if place is not None and place.value == "yes":
            gone = fix("Remove 'trustGuestRxFilters'", edit.remove_attribute(place), safety="unsafe")
            yield problem(place, f"'trustGuestRxFilters' has no effect {where}", gone)


def _elsewhere(user: Network | Interface, project: Project) -> str | None:
    """Where libvirt ignores the filters, in words; None if it follows them or if that is unknown."""
    network = project.networks.of(user)
    # With a bandwidth limit, libvirt follows the MAC address, because the limit has a filter of its own.
    if network is not None and network.attachment not in (None, "macvtap"):
        return None if network.node.child("bandwidth") else f"with forward mode '{network.mode}'"
    if isinstance(user, Network):
        return None
    if user.type not in ("network", "direct", None):
        return f"on an interface of type '{user.type}'"
    return f"on the card '{user.model}'" if user.is_virtio is False else None
