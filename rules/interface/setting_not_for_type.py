"""An interface has a setting that libvirt does not support on its type, and libvirt refuses the guest.

Some settings act on the host's end of the guest's NIC, which libvirt cannot change on every type. Isolated ports,
coalescing and an unmanaged device need a tap device of the right kind. An MTU needs a device that libvirt creates, and
`floor` needs a network whose bandwidth libvirt divides among the guests.

## What to do
Remove the setting, or change the interface to a type that supports it: `network` or `bridge` for `<port>` and
`<coalesce>`, `network` for `floor`, `ethernet` for `managed='no'`. For `<mtu>` it is `network`, `bridge`, `ethernet` or
`vhostuser`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <bandwidth>
        <inbound average='1000' floor='200'/>
      </bandwidth>
      <target dev='tap5' managed='no'/>
    </interface>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source dev='eth0' mode='bridge'/>
      <port isolated='yes'/>
      <mtu size='1400'/>
      <coalesce>
        <rx>
          <frames max='7'/>
        </rx>
      </coalesce>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:33: error: 'floor' is not supported on an interface of type 'bridge' [setting-not-for-type]
web.xml:9:26: error: managed='no' is not supported on an interface of type 'bridge' [setting-not-for-type]
web.xml:14:7: error: <port isolated='yes'/> is not supported on an interface of type 'direct' [setting-not-for-type]
web.xml:15:7: error: <mtu> is not supported on an interface of type 'direct' [setting-not-for-type]
web.xml:16:7: error: <coalesce> is not supported on an interface of type 'direct' [setting-not-for-type]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
      <target dev='tap5'/>
    </interface>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source dev='eth0' mode='bridge'/>
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
      <bandwidth>
        <inbound average='1000' floor='200'/>
      </bandwidth>
      <port isolated='yes'/>
      <mtu size='1400'/>
    </interface>
    <interface type='ethernet'>
      <target dev='tap5' managed='no'/>
    </interface>
    <interface type='user'>
      <backend type='passt'/>
      <mtu size='1400'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it is, but the type may be wrong. Removing an isolated port or an unmanaged device
is a choice, because the guest is then less isolated, or libvirt creates its device.

## Libvirt
At define: `unmanaged target dev is not supported on interfaces of type 'bridge'`,
`interface 52:54:00:0a:0b:0c - <port isolated='yes'/> is not supported for network interfaces with type='direct'`,
`floor attribute is not supported for this config`, `setting MTU on interface type direct is not supported yet`,
`coalesce settings on interface type direct are not supported`. The last two are for QEMU guests only.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Edits, Interface, Node, Problem, edit, fix, problem, rule


@rule(
    "setting-not-for-type",
    code="VN2101",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    kind = interface.type
    for place, name, types, message in _settings(interface):
        if kind is None or kind in types:
            continue
        yield problem(
            place,
            f"{name} is not supported on an interface of type '{kind}'",
            fix(f"Remove {name}", _removed(place), safety="choice" if message in (UNMANAGED, ISOLATED) else "unsafe"),
            libvirt_message=message.format(kind=kind, said=interface.said),
        )


UNMANAGED = "unmanaged target dev is not supported on interfaces of type '{kind}'"
ISOLATED = "{said}<port isolated='yes'/> is not supported for network interfaces with type='{kind}'"
FLOOR = "floor attribute is not supported for this config"
MTU = "setting MTU on interface type {kind} is not supported yet"
COALESCE = "coalesce settings on interface type {kind} are not supported"
_Setting = tuple[Node | Attribute, str, tuple[str, ...], str]


def _settings(interface: Interface) -> Iterator[_Setting]:
    """The settings of the interface: the place, its name, the types that support it, and libvirt's refusal."""
    node, backend, qemu = interface.node, interface.node.child("backend"), interface.domain.is_qemu
    target, port, mtu, rates = (node.child(each) for each in ("target", "port", "mtu", "coalesce"))
    if target is not None and target.get("managed") == "no":
        yield target.attributes["managed"], "managed='no'", ("ethernet",), UNMANAGED
    if port is not None and port.get("isolated") == "yes":
        yield port, "<port isolated='yes'/>", ("network", "bridge"), ISOLATED
    bandwidth = node.child("bandwidth")
    inbound = bandwidth.child("inbound") if bandwidth else None
    if inbound is not None and "floor" in inbound.attributes:
        yield inbound.attributes["floor"], "'floor'", ("network",), FLOOR
    passt = backend is not None and backend.get("type") == "passt"
    if mtu is not None and qemu and not (passt and interface.type == "user"):
        yield mtu, "<mtu>", ("network", "bridge", "ethernet", "vhostuser"), MTU
    frames = [each for each in rates.descendants() if each.name == "frames"] if rates else []
    if rates is not None and frames and qemu:
        yield rates, "<coalesce>", ("network", "bridge"), COALESCE


def _removed(place: Node | Attribute) -> Edits:
    return edit.remove_attribute(place) if isinstance(place, Attribute) else edit.remove(place)
