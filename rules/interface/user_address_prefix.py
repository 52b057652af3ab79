"""The built-in network of an interface of type `user` has a prefix that QEMU does not support, and libvirt refuses it.

`<ip>` there moves the network that QEMU creates for this one guest. An IPv4 network needs a prefix of 4 to 27, so that
gateway, name server and guest have room. An IPv6 network needs 64, because the guest chooses its address itself. With
passt, libvirt 11.3 has the same limits and 12.8 accepts any IPv4 prefix.

## What to do
Set `prefix` to 64 for IPv6, and to a value from 4 to 27 for IPv4, such as 24.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <ip address='10.0.5.0' prefix='30'/>
      <ip family='ipv6' address='fd00:5::' prefix='48'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:30: error: invalid value '30' for 'prefix': expected 4 to 27 [user-address-prefix]
web.xml:6:44: error: invalid value '48' for 'prefix': expected 64 [user-address-prefix]
```

## Fixed
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
Safe for IPv6, which supports only 64. Unsafe for IPv4: libvirt refuses the guest as it is, but its subnet becomes
another one, a /24 like QEMU's own, which contains only the guest.

## Libvirt
At define: `invalid prefix, must be in range of 4-27` and `unsupported IPv6 address prefix='48' - must be 64`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#userspace-slirp-or-passt-connection
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Edits, Interface, Ip, Problem, Project, edit, fix, problem, rule


@rule(
    "user-address-prefix",
    code="VN2109",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    if interface.type != "user" or not interface.domain.is_qemu:
        return
    for ip in map(Ip, interface.node.all("ip")):
        prefix = ip.number("prefix")
        if not prefix or ip.family is None or prefix in TAKEN[ip.family]:
            continue  # libvirt reads 0 as no prefix
        six = ip.family == "ipv6"
        if not six and interface.backend != "" and not project.has_older_libvirt("11.4.0"):
            continue  # a newer libvirt leaves it to passt
        usual = "64" if six else "24"
        yield problem(
            ip.attribute("prefix") or ip,
            f"invalid value '{prefix}' for 'prefix': expected {'64' if six else '4 to 27'}",
            fix(f"Set 'prefix' to {usual}", _prefix(ip, usual), safety="safe" if six else "unsafe"),
            libvirt_message=REFUSED[ip.family].format(prefix),
        )


def _prefix(ip: Ip, prefix: str) -> Edits:
    return edit.set_attribute(ip.node, "prefix", prefix)


TAKEN = {"ipv4": range(4, 28), "ipv6": range(64, 65)}
REFUSED = {
    "ipv4": "invalid prefix, must be in range of 4-27",
    "ipv6": "unsupported IPv6 address prefix='{}' - must be 64",
}
