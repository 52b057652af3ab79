"""The two NICs of a teaming pair have different MAC addresses, so the guest does not join them.

The guest's virtio driver finds the other half of the pair by its MAC address. If the addresses differ, the guest has
two unrelated interfaces, and loses its connections when the host device is unplugged for a migration. libvirt does not
compare the addresses.

## What to do
Set the same `<mac address='…'/>` on both NICs. Use the address that the switch or the DHCP server already knows.

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
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0d:0e:0f'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:12:12: error: different MAC address 52:54:00:0d:0e:0f: the other NIC of the teaming pair has 52:54:00:0a:0b:0c [teaming-mac-mismatch]
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
Choice: either address may be the one that a switch or a DHCP server knows. If only this NIC has no address, setting the
other one's is unsafe. If neither has one, libvirt generates two different ones, and the element is only shown.

## Libvirt
Never.

Not seen: it takes a device that is passed to the guest.

## References
- https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Fix, Interface, Problem, advise, fix, problem, related, rule, set_child


@rule(
    "teaming-mac-mismatch",
    code="VN2156",
    on=Domain,
    severity="error",
    when="never",
    since="0.1",
)
def check(domain: Domain) -> Iterator[Problem]:
    for staying, going in domain.teaming_pairs:
        unknown = any(each.mac_place is not None and each.mac is None for each in (staying, going))
        if unknown or (staying.mac is not None and going.mac == staying.mac):
            continue
        # libvirt generates every missing address, so it never equals the other one.
        wrong, right = (staying, going) if staying.mac is None and going.mac else (going, staying)
        has = f"has {right.mac}" if right.mac else "has none either, and libvirt generates two"
        fault = f"different MAC address {wrong.mac}" if wrong.mac else "missing <mac>"
        yield problem(
            wrong.mac_place or wrong,
            f"{fault}: the other NIC of the teaming pair {has}",
            _set_same(wrong, right.mac),
            related=(related(right.mac_place or right, "the other NIC"),),
        )


def _set_same(wrong: Interface, mac: str | None) -> tuple[Fix, ...]:
    if mac is None:
        return advise("Set the same address on both NICs", "<mac address='52:54:00:…'/>")
    added = set_child(wrong.node, "mac", "address", mac)
    return fix(f"Set the address to {mac}", added, safety="choice" if wrong.mac else "unsafe")
