"""An interface of type `hostdev` does not say which PCI device it takes, and libvirt refuses to define the guest.

`<source>` names the device of the host by its `<address>`, whose type is `pci`, or `usb`. Without the type libvirt does not
read the numbers beside it, although they could only be those of a PCI device.

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
web.xml:6:9: error: the NIC of the host has no address type [hostdev-address-type]
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
Safe where the numbers are those of a PCI device and the type alone is missing: libvirt refuses the guest as it stands.
What a device of another kind should be only a person knows; `virsh nodedev-list --cap net` and
`virsh nodedev-dumpxml` tell the addresses of the host's NICs.

## Libvirt
At define: `missing source address type`, `unknown host device source address type 'drive'`,
`address type='scsi' not supported in hostdev interfaces`

## References
- https://libvirt.org/formatdomain.html#pci-passthrough
- libvirt src/conf/domain_conf.c, virDomainHostdevDefParseXMLSubsys()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, advise, edit, fix, known, problem, rule


@rule(
    "hostdev-address-type",
    code="VN2111",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
    covers=("A099",),
)
def check(interface: Interface) -> Iterator[Problem]:
    if interface.type != "hostdev":
        return
    source = interface.source
    address = source.child("address") if source else None
    kind = address.get("type") if address else None
    if kind in ("pci", "usb") or (kind and not known(kind)):
        return
    yield problem(
        address or source or interface,
        f"'{kind}' is no type of address for a NIC of the host" if kind else "the NIC of the host has no address type",
        fix("Say that it is of type pci", edit.set_attribute(address, "type", "pci"), safety="safe")
        if address and not kind and "slot" in address.attributes
        else advise("Give the address of the host's NIC; `virsh nodedev-list --cap net` helps to find it", EXAMPLE),
        libvirt_message=REFUSED.get(kind, UNKNOWN.format(kind)) if kind else "missing source address type",
    )


EXAMPLE = "<source><address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/></source>"
UNKNOWN = "unknown host device source address type '{}'"
REFUSED = {"scsi": "address type='scsi' not supported in hostdev interfaces"}
