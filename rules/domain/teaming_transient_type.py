"""The transient NIC of a teaming pair is not a host device, and libvirt refuses to define the guest.

A pair joins a host device, which is fast but prevents migration, with a virtio card that takes over while the device is
unplugged. The `transient` half is of type `hostdev`, or `network` with a network that provides host devices.

## What to do
Change the transient interface to type `hostdev` with the address of a host device, or connect it to a network that
provides host devices. If no pair is meant, remove `<teaming>`, and give the two NICs different MAC addresses.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br1'/>
      <model type='virtio'/>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:15:7: error: <teaming type='transient'> needs a host device, not an interface of type 'bridge' [teaming-transient-type]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br1'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the two NICs no longer form a pair, and need different MAC addresses. A host device may have been meant.

## Libvirt
At define: `virtio-net teaming transient interface must be type='hostdev', not 'bridge'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, advise, edit, fix, problem, rule


@rule(
    "teaming-transient-type",
    code="VN2154",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    teaming = interface.node.child("teaming")
    if teaming is None or interface.teaming != "transient" or interface.type in (None, "hostdev", "network"):
        return
    if interface.domain.is_qemu:
        yield problem(
            teaming,
            f"<teaming type='transient'> needs a host device, not an interface of type '{interface.type}'",
            fix("Remove <teaming>", edit.remove(teaming), safety="choice"),
            advise("Use a host device; `virsh nodedev-list --cap net` lists them", HOSTDEV),
            libvirt_message=REFUSED.format(interface.type),
        )


HOSTDEV = """\
<interface type='hostdev' managed='yes'>
  <source>
    <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
  </source>
  …
</interface>"""
REFUSED = "virtio-net teaming transient interface must be type='hostdev', not '{}'"
