"""An interface of type `mcast` has an address that is not an IPv4 multicast group, so the guest does not start.

Guests whose interfaces name the same group and port hear each other, on one host or on several. QEMU supports only IPv4
groups: 224.0.0.0 to 239.255.255.255.

## What to do
Set `address` to the group that the other guests use. For the first guest, choose an unused group from 224.0.0.0 to
239.255.255.255.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='mcast'>
      <source address='10.0.0.1' port='5558'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:15: error: invalid value '10.0.0.1' for 'address': expected 224.0.0.0 to 239.255.255.255 [mcast-address-not-multicast]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='mcast'>
      <source address='230.0.0.1' port='5558'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='mcast'>
      <source address='230.0.0.1' port='5558'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: only a person knows which group the other guests are in. 230.0.0.1 is the one in libvirt's own example.

## Libvirt
When the guest starts, in QEMU's words:
`specified mcastaddr 10.0.0.1 (0x0a000001) does not contain a multicast address`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#multicast-tunnel
- libvirt src/qemu/qemu_command.c, qemuBuildHostNetProps()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, known, parse_address, problem, rule


@rule(
    "mcast-address-not-multicast",
    code="VN2222",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    source = interface.source if interface.type == "mcast" else None
    address = parse_address(known(source.get("address"))) if source else None
    if source is None or address is None or (address.version == 4 and address.is_multicast):
        return
    said = "specified mcastaddr {} (0x{:08x}) does not contain a multicast address"
    yield problem(
        source.attributes["address"],
        f"invalid value '{address}' for 'address': expected 224.0.0.0 to 239.255.255.255",
        fix("Set 'address' to 230.0.0.1", edit.set_attribute(source, "address", "230.0.0.1"), safety="choice"),
        libvirt_message=said.format(address, int(address)) if address.version == 4 else "can't resolve host address",
    )
