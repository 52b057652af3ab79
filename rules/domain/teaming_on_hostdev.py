"""A `<hostdev>` has an invalid `<teaming>`, and libvirt refuses to define the guest.

A `<hostdev>` can be the half of a teaming pair that is unplugged during a migration. It must be a PCI device, its
`<teaming>` must be of type `transient`, and `persistent` must name the alias of the virtio interface that takes over.

## What to do
Set `type='transient'`, and set `persistent` to the alias of the virtio interface that takes over. Remove `<teaming>`
from a device that is not a PCI device, or if no interface takes over.

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
db.xml:8:7: error: invalid value 'persistent' for 'type': expected 'transient' in a <hostdev> [teaming-on-hostdev]
db.xml:14:7: error: <teaming> is not supported on a host device of type 'usb' [teaming-on-hostdev]
web.xml:14:7: error: missing attribute 'persistent': expected the alias of the interface that takes over [teaming-on-hostdev]
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
Unsafe: libvirt refuses the guest as it is, but another interface may be meant to take over. The fix names the only
persistent interface with an alias. If there is not exactly one, removing `<teaming>` from a PCI device is a choice.
From a device of another type removing it is unsafe: libvirt does not support it there.

## Libvirt
At define: `teaming hostdev devices must have type='transient'`,
`missing required persistent attribute in hostdev teaming element`, `teaming is only supported for pci hostdev devices`

Seen on 9.0, 11.3 and 12.8.

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
)
def check(domain: Domain) -> Iterator[Problem]:
    for device in domain.devices_named("hostdev"):
        teaming = device.child("teaming")
        fault = _fault(device, teaming) if teaming else None
        if teaming is not None and fault is not None:
            message, said = fault
            pci = device.get("type") == "pci"
            removed = fix("Remove <teaming>", edit.remove(teaming), safety="choice" if pci else "unsafe")
            named = _take_over(domain, teaming) if pci else ()
            yield problem(teaming, message, named, removed, libvirt_message=said)


def _fault(device: Node, teaming: Node) -> tuple[str, str] | None:
    if teaming.get("type") == "persistent":
        return (
            "invalid value 'persistent' for 'type': expected 'transient' in a <hostdev>",
            "teaming hostdev devices must have type='transient'",
        )
    if teaming.get("type") == "transient" and not teaming.get("persistent"):
        said = "missing required persistent attribute in hostdev teaming element"
        return "missing attribute 'persistent': expected the alias of the interface that takes over", said
    if (kind := device.get("type")) in ("usb", "scsi", "scsi_host", "mdev"):
        said = "teaming is only supported for pci hostdev devices"
        return f"<teaming> is not supported on a host device of type '{kind}'", said
    return None


def _take_over(domain: Domain, teaming: Node) -> tuple[Fix, ...]:
    aliases = [each.alias for each in domain.interfaces if each.teaming == "persistent" and each.alias]
    if len(aliases) != 1:
        return ()
    named = edit.set_attribute(teaming, "type", "transient"), edit.set_attribute(teaming, "persistent", aliases[0])
    return fix(f"Set type='transient' and persistent='{aliases[0]}'", *named, safety="unsafe")
