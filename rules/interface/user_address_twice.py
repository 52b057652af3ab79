"""An interface of type `user` has two addresses of one family, and libvirt refuses to define the guest.

`<ip>` there moves the network that QEMU creates for this one guest, which has one IPv4 and one IPv6 subnet.

## What to do
Keep one `<ip>` of each family, and remove the others.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <ip address='10.0.5.0' prefix='24'/>
      <ip address='10.0.6.0' prefix='24'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: error: second IPv4 address of the interface: QEMU takes one [user-address-twice]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
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
    <interface type='user'>
      <ip address='10.0.5.0' prefix='24'/>
      <ip family='ipv6' address='fd00:5::' prefix='64'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: either address may be the intended one.

## Libvirt
At define: `Only one IPv4 address per interface is allowed`, `Only one IPv6 address per interface is allowed`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#userspace-slirp-or-passt-connection
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Ip, Problem, edit, fix, problem, related, rule


@rule(
    "user-address-twice",
    code="VN2110",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    if interface.type != "user" or not interface.domain.is_qemu:
        return
    ips = [Ip(node) for node in interface.node.all("ip")]
    for family, name in (("ipv4", "IPv4"), ("ipv6", "IPv6")):
        same = [ip for ip in ips if ip.family == family]
        for ip in same[1:]:
            yield problem(
                ip,
                f"second {name} address of the interface: QEMU takes one",
                fix("Remove this <ip>", edit.remove(ip.node), safety="choice"),
                fix("Remove the first <ip>", edit.remove(same[0].node), safety="choice"),
                related=(related(same[0], "the first <ip> is here"),),
                libvirt_message=f"Only one {name} address per interface is allowed",
            )
