"""Two devices of a guest have the same PCI address, and libvirt refuses to define it.

libvirt assigns addresses itself and writes them into the definition. A device that was copied together with its
`<address>` has the address of the original.

## What to do
Remove `<address>` from the copied device, and libvirt assigns a free one. If the copied device has to stay at this
address, remove the `<address>` of the other device.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:10:7: error: duplicate PCI address 0000:00:03.0 [pci-address-used-twice]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
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
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x04' function='0x0'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it is and assigns a free address, but the first of the two may be the one to move.

## Libvirt
At define: `Attempted double use of PCI Address 0000:00:03.0`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#device-addresses
- libvirt src/conf/domain_addr.c, virDomainPCIAddressReserveAddrInternal()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Node, Problem, edit, fix, problem, related, rule


@rule(
    "pci-address-used-twice",
    code="VN2152",
    on=Domain,
    severity="error",
    when="define",
    since="0.1",
)
def check(domain: Domain) -> Iterator[Problem]:
    for node, first, place in domain.repeats("address", _pci_address) if domain.is_qemu else ():
        yield problem(
            node,
            f"duplicate PCI address {place}",
            fix("Remove <address>, so that libvirt assigns a free one", edit.remove(node), safety="unsafe"),
            related=(related(first, "the first device with this address"),),
            libvirt_message=f"Attempted double use of PCI Address {place}",
        )


def _pci_address(address: Node) -> str | None:
    """The address as libvirt writes it; None if it is of another kind, left to libvirt or unknown."""
    if address.get("type") != "pci":
        return None
    try:
        domain, bus, slot, function = (int(address.get(each) or "0", 0) for each in PARTS)
    except ValueError:
        return None
    return f"{domain:04x}:{bus:02x}:{slot:02x}.{function:x}" if domain or bus or slot else None


PARTS = ("domain", "bus", "slot", "function")
