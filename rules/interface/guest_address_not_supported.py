"""A guest's interface sets an address or a route inside the guest, and libvirt refuses to define the guest.

`<ip>` and `<route>` in an `<interface>` are for containers, whose network libvirt configures itself. QEMU guests configure
their own, by DHCP or by hand. Only an interface of type `user` takes an `<ip>`, which moves the subnet of its built-in
network; it takes no `peer` and no `<route>`. To give a guest a fixed address, add a `<host>` to the `<dhcp>` of its network.

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
Unsafe: libvirt refuses the guest as it is, but the address has to be given to the guest in another way.

## Libvirt
At define:
`Invalid attempt to set network interface guest-side IP route and/or address info, not supported by QEMU`; on type `user`
`Invalid attempt to set peer IP for guest` and
`Invalid attempt to set network interface guest-side IP route, not supported by QEMU`

## References
- https://libvirt.org/formatdomain.html#ip-configuration
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "guest-address-not-supported",
    code="VN2100",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
    covers=("A075", "A092"),
)
def check(interface: Interface) -> Iterator[Problem]:
    if not interface.domain.is_qemu or interface.type is None:
        return
    user = interface.type == "user"
    for node in () if user else interface.node.all("ip"):
        message = f"<ip> is not supported on an interface of type '{interface.type}': QEMU sets no guest address"
        yield problem(node, message, fix("Remove <ip>", edit.remove(node), safety="unsafe"), libvirt_message=REFUSED)
    for peer in (node.attributes["peer"] for node in interface.node.all("ip") if user and "peer" in node.attributes):
        removed = fix("Remove 'peer'", edit.remove_attribute(peer), safety="unsafe")
        yield problem(
            peer, "'peer' is not supported: QEMU sets no peer address in a guest", removed, libvirt_message=NO_PEER
        )
    for node in interface.node.all("route"):
        removed = fix("Remove <route>", edit.remove(node), safety="unsafe")
        yield problem(
            node,
            "<route> is not supported: QEMU sets no routes in a guest",
            removed,
            libvirt_message=NO_ROUTE if user else REFUSED,
        )


REFUSED = "Invalid attempt to set network interface guest-side IP route and/or address info, not supported by QEMU"
NO_PEER = "Invalid attempt to set peer IP for guest"
NO_ROUTE = "Invalid attempt to set network interface guest-side IP route, not supported by QEMU"
