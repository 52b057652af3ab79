"""Two interfaces have the same MAC address, so they get each other's traffic.

Copied XML keeps its `<mac>`, and libvirt starts both guests. The bridge then sends frames for the address to the port
that sent last, and both guests get the same DHCP lease. With macvtap on one NIC, the kernel refuses the second guest.
The two interfaces of a teaming pair share an address on purpose.

## What to do
Remove `<mac>` from the copy, so that libvirt generates an address, or set another one. If a static DHCP entry or the
guest's own configuration uses the old address, change it there too.

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
```xml web3.xml
<domain type='kvm'>
  <name>web3</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```xml mail.xml
<domain type='kvm'>
  <name>mail</name>
  <devices>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml mail2.xml
<domain type='kvm'>
  <name>mail2</name>
  <devices>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
mail2.xml:5:12: error: MAC address 52:54:00:0a:0b:0d is already used by guest 'mail' [duplicate-mac]
web2.xml:5:12: warning: MAC address 52:54:00:0a:0b:0c is already used by guest 'web' [duplicate-mac]
web3.xml:5:12: warning: MAC address 52:54:00:0a:0b:0c is already used by guest 'web' [duplicate-mac]
```

## Fixed
```xml web2.xml
<domain type='kvm'>
  <name>web2</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0b:20:b7'/>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```
```xml web3.xml
<domain type='kvm'>
  <name>web3</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:e0:65:c6'/>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```xml mail2.xml
<domain type='kvm'>
  <name>mail2</name>
  <devices>
    <interface type='direct'>
      <mac address='52:54:00:aa:cc:4d'/>
      <source dev='eth1' mode='bridge'/>
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
Choice: a static DHCP entry or the guest's own configuration may use the address, and either guest may be the wrong one.
The new address is derived from the old one and the guest's place among those that have it, so every run proposes the
same one. Guests in different folders may be on different hosts, so for those the finding is an info.

## Libvirt
Never, except with macvtap on one NIC, when the second guest starts: `Cannot set interface flags on 'macvtap1': Address
already in use`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- linux drivers/net/macvlan.c, macvlan_open()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, new_mac, problem, related, rule


@rule(
    "duplicate-mac",
    code="VN3020",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    mac, place = interface.mac, interface.mac_place
    first = project.guests.interfaces_by_mac[mac][0] if mac else interface
    if mac is None or place is None or not _are_twins(first, interface):
        return
    fresh = new_mac(f"{mac} {project.guests.mac_ranks[interface]}", project.guests.interfaces_by_mac)
    near = first.domain is interface.domain or project.same_host(first.domain, interface.domain)
    user = OWN if first.domain is interface.domain else first.domain.label
    refused = near and _one_nic(first, project) is not None and _one_nic(first, project) == _one_nic(interface, project)
    yield problem(
        place,
        f"MAC address {mac} is already used by {user}",
        fix(f"Change it to {fresh}", edit.set_attribute(place.node, "address", fresh), safety="choice"),
        fix("Remove <mac>, so that libvirt generates an address", edit.remove(place.node), safety="choice"),
        related=(related(first.mac_place or first, "it is used here"),),
        severity="error" if refused else None if near else "info",
        when="plug" if refused else None,
        libvirt_message="Cannot set interface flags on 'macvtap1': Address already in use" if refused else None,
    )


OWN = "another interface of this guest"


def _are_twins(first: Interface, interface: Interface) -> bool:
    """Whether two interfaces with one address conflict: not as a teaming pair, and not as versions of one guest."""
    if first is interface or (first.teaming and interface.teaming):
        return False
    return first.domain is interface.domain or first.domain.name != interface.domain.name


def _one_nic(interface: Interface, project: Project) -> str | None:
    """The NIC of the host that the interface uses by macvtap, if only one is possible."""
    devices = (project.networks.of(interface) or interface).lower_devices
    return devices[0].value if len(devices) == 1 else None
