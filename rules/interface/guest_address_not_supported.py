"""A guest's interface sets an address or a route inside the guest, and libvirt refuses to define the guest.

`<ip>` and `<route>` in an `<interface>` are for containers, whose network libvirt configures itself. A QEMU guest
configures its own, by DHCP or by hand. Only an interface of type `user` supports `<ip>`, which moves the subnet of its
built-in network. It supports neither `peer` nor `<route>`.

## What to do
Remove the element or attribute. To give the guest a fixed address, add a `<host>` to the `<dhcp>` of its network. Set
routes in the guest itself.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <ip address='192.168.122.20' prefix='24'/>
      <route address='10.9.0.0' prefix='24' gateway='192.168.122.2'/>
    </interface>
    <interface type='user'>
      <ip address='10.0.5.0' prefix='24' peer='10.0.5.2'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: error: <ip> is not supported on an interface of type 'network': QEMU sets no guest address [guest-address-not-supported]
web.xml:7:7: error: <route> is not supported: QEMU sets no routes in a guest [guest-address-not-supported]
web.xml:10:42: error: 'peer' is not supported: QEMU sets no peer address in a guest [guest-address-not-supported]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
    </interface>
    <interface type='user'>
      <ip address='10.0.5.0' prefix='24'/>
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
    <interface type='user'>
      <ip address='10.0.5.0' prefix='24'/>
    </interface>
  </devices>
</domain>
```
```xml
<domain type='lxc'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <ip address='192.168.122.20' prefix='24'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it is, but the guest has to get the address in another way.

## Libvirt
At define:
`Invalid attempt to set network interface guest-side IP route and/or address info, not supported by QEMU`; on type `user`
`Invalid attempt to set peer IP for guest` and
`Invalid attempt to set network interface guest-side IP route, not supported by QEMU`. 11.3 says
`Invalid attempt to set network interface guest-side IP address info, not supported by QEMU`, newer versions
`Invalid attempt to set network interface guest-side IP address info, not supported for this interface type/backend` or
`Invalid attempt to set network interface guest-side IP route, not supported for this interface type/backend`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#ip-configuration
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Interface, Node, Problem, edit, fix, problem, rule


@rule(
    "guest-address-not-supported",
    code="VN2100",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    if interface.domain.is_qemu and interface.type is not None:
        for place, message, said in _settings(interface):
            node = place.node if isinstance(place, Attribute) else place
            removed = edit.remove_attribute(place) if isinstance(place, Attribute) else edit.remove(node)
            title = f"Remove '{place.name}'" if isinstance(place, Attribute) else f"Remove <{place.name}>"
            yield problem(place, message, fix(title, removed, safety="unsafe"), libvirt_message=said)


REFUSED = "Invalid attempt to set network interface guest-side IP route and/or address info, not supported by QEMU"
NO_PEER = "Invalid attempt to set peer IP for guest"
NO_ROUTE = "Invalid attempt to set network interface guest-side IP route, not supported by QEMU"


def _settings(interface: Interface) -> Iterator[tuple[Node | Attribute, str, str]]:
    """What is set inside the guest: the place, what is wrong, and what libvirt says."""
    user = interface.type == "user"
    for ip in interface.node.all("ip"):
        if not user:
            where = f"on an interface of type '{interface.type}'"
            yield ip, f"<ip> is not supported {where}: QEMU sets no guest address", REFUSED
        elif "peer" in ip.attributes:
            yield ip.attributes["peer"], "'peer' is not supported: QEMU sets no peer address in a guest", NO_PEER
    for route in interface.node.all("route"):
        # A libvirt between 11.3 and 12.8 began to pass a default route to passt.
        if user and interface.backend == "passt" and route.attributes.keys() <= {"family", "gateway"}:
            continue
        yield route, "<route> is not supported: QEMU sets no routes in a guest", NO_ROUTE if user else REFUSED
