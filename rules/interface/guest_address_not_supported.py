"""A guest's interface sets an address or a route inside the guest, and libvirt refuses to define the guest.

`<ip>` and `<route>` in an `<interface>` are for containers, whose network libvirt configures itself. QEMU's guests configure
theirs, by DHCP or by hand; only an interface of type `user` takes an `<ip>`, which moves the subnet of its built-in
network, without `peer` and without a `<route>`. A fixed address of a guest is a `<host>` in the `<dhcp>` of its network.

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
web.xml:6:7: error: QEMU sets no address in a guest on an interface of type 'network' [guest-address-not-supported]
web.xml:7:7: error: QEMU sets no route in a guest [guest-address-not-supported]
web.xml:10:42: error: QEMU sets no peer address in a guest [guest-address-not-supported]
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
Unsafe: libvirt refuses the guest as it stands, but the address was probably meant to be given by other means.

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
        message = f"QEMU sets no address in a guest on an interface of type '{interface.type}'"
        yield problem(node, message, fix("Remove <ip>", edit.remove(node), safety="unsafe"), libvirt_message=REFUSED)
    for peer in (node.attributes["peer"] for node in interface.node.all("ip") if user and "peer" in node.attributes):
        removed = fix("Remove peer", edit.remove_attribute(peer), safety="unsafe")
        yield problem(peer, "QEMU sets no peer address in a guest", removed, libvirt_message=NO_PEER)
    for node in interface.node.all("route"):
        removed = fix("Remove <route>", edit.remove(node), safety="unsafe")
        yield problem(node, "QEMU sets no route in a guest", removed, libvirt_message=NO_ROUTE if user else REFUSED)


REFUSED = "Invalid attempt to set network interface guest-side IP route and/or address info, not supported by QEMU"
NO_PEER = "Invalid attempt to set peer IP for guest"
NO_ROUTE = "Invalid attempt to set network interface guest-side IP route, not supported by QEMU"
