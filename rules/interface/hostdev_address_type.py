"""An interface of type `hostdev` has no host address with a valid type, and libvirt refuses to define the guest.

`<source>` names the host device by its `<address>`, whose type is `pci` or `usb`. Without a type libvirt ignores the
numbers, although only a PCI device has such numbers.

## What to do
Set `type='pci'` on `<address>`, with the `domain`, `bus`, `slot` and `function` of the host's NIC.
`virsh nodedev-list --cap net` lists the NICs, and `virsh nodedev-dumpxml` shows their addresses.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev'>
      <source>
        <address domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:9: error: missing attribute 'type': expected 'pci' [hostdev-address-type]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev'>
      <source>
        <address domain='0x0000' bus='0x07' slot='0x00' function='0x1' type='pci'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Fix safety
Safe where the numbers are those of a PCI device and only the type is missing: libvirt refuses the guest as it is.
Otherwise a person has to name the device.

## Libvirt
At define: `missing source address type`, `unknown host device source address type 'drive'`,
`address type='scsi' not supported in hostdev interfaces`. For a missing type newer versions say
`unknown host device source address type '(null)'`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#pci-passthrough
- libvirt src/conf/domain_conf.c, virDomainHostdevDefParseXMLSubsys()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Node, Problem, advise, edit, fix, known, problem, rule


@rule(
    "hostdev-address-type",
    code="VN2111",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    if interface.type != "hostdev":
        return
    source = interface.source
    address = source.child("address") if source else None
    kind = address.get("type") if address else None
    if kind in ("pci", "usb") or (kind and not known(kind)):
        return
    wrong = f"invalid value '{kind}' for 'type'" if kind else "missing attribute 'type'"
    yield problem(
        address or source or interface,
        f"{wrong}: expected 'pci'" if address else "missing <address>: expected the PCI address of the host's NIC",
        _set_address(address, kind),
        libvirt_message=REFUSED.get(kind, UNKNOWN.format(kind)) if kind else "missing source address type",
    )


def _set_address(address: Node | None, kind: str | None) -> tuple[Fix, ...]:
    if address is not None and not kind and "slot" in address.attributes:
        return fix("Set type='pci'", edit.set_attribute(address, "type", "pci"), safety="safe")
    return advise("Add the PCI address of the host's NIC; `virsh nodedev-list --cap net` lists the NICs", EXAMPLE)


EXAMPLE = "<source><address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/></source>"
UNKNOWN = "unknown host device source address type '{}'"
REFUSED = {"scsi": "address type='scsi' not supported in hostdev interfaces"}
