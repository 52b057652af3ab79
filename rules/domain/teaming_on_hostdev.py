"""A `<hostdev>` has a `<teaming>` that cannot be, and libvirt refuses to define the guest.

A host device that is passed through as such can be the half of a teaming pair that goes during a migration: it is of type
`transient`, says by `persistent` the alias of the virtio interface that takes over, and is a PCI device.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient'/>
    </hostdev>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x07' slot='0x00' function='0x2'/>
      </source>
      <teaming type='persistent'/>
    </hostdev>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <address bus='1' device='2'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </hostdev>
  </devices>
</domain>
```

## Report
```text
db.xml:8:7: error: a host device is the transient half of a pair [teaming-on-hostdev]
db.xml:14:7: error: a usb device has no part in a teaming pair [teaming-on-hostdev]
web.xml:14:7: error: this does not say which interface takes over [teaming-on-hostdev]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </hostdev>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x07' slot='0x00' function='0x2'/>
      </source>
    </hostdev>
    <hostdev mode='subsystem' type='usb'>
      <source>
        <address bus='1' device='2'/>
      </source>
    </hostdev>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source>
        <address domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </hostdev>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it stands, but which interface takes over a person must know. Where exactly one
lasting interface has an alias, that one is named; else the element is removed.

## Libvirt
At define: `teaming hostdev devices must have type='transient'`,
`missing required persistent attribute in hostdev teaming element`, `teaming is only supported for pci hostdev devices`

## References
- https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
- libvirt src/conf/domain_validate.c, virDomainHostdevDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Fix, Node, Problem, edit, fix, problem, rule


@rule(
    "teaming-on-hostdev",
    code="VN2155",
    on=Domain,
    severity="error",
    when="define",
    since="0.1",
    covers=("A102",),
)
def check(domain: Domain) -> Iterator[Problem]:
    for device in domain.devices_named("hostdev"):
        teaming = device.child("teaming")
        fault = _fault(device, teaming) if teaming else None
        if teaming is not None and fault is not None:
            message, said = fault
            removed = fix("Remove <teaming>", edit.remove(teaming), safety="unsafe")
            named = _take_over(domain, teaming) if device.get("type") == "pci" else ()
            yield problem(teaming, message, named, removed, libvirt_message=said)


def _fault(device: Node, teaming: Node) -> tuple[str, str] | None:
    if teaming.get("type") == "persistent":
        return "a host device is the transient half of a pair", "teaming hostdev devices must have type='transient'"
    if teaming.get("type") == "transient" and not teaming.get("persistent"):
        said = "missing required persistent attribute in hostdev teaming element"
        return "this does not say which interface takes over", said
    if device.get("type") in ("usb", "scsi", "scsi_host", "mdev"):
        said = "teaming is only supported for pci hostdev devices"
        return f"a {device.get('type')} device has no part in a teaming pair", said
    return None


def _take_over(domain: Domain, teaming: Node) -> tuple[Fix, ...]:
    aliases = [each.alias for each in domain.interfaces if each.teaming == "persistent" and each.alias]
    if len(aliases) != 1:
        return ()
    named = edit.set_attribute(teaming, "type", "transient"), edit.set_attribute(teaming, "persistent", aliases[0])
    return fix(f"Let {aliases[0]} take over", *named, safety="unsafe")
