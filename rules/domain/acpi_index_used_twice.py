"""Two devices of a guest have the same ACPI index, so the guest does not start.

`<acpi index=…/>` fixes the name of a NIC in the guest: index 3 gives `eno3`. A copied interface keeps its index.
libvirt does not check this at define.

## What to do
Set another `index` on the device whose name the guest's own configuration does not use. If the name does not matter,
remove `<acpi>` from one of the two.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
      <acpi index='3'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <model type='virtio'/>
      <acpi index='3'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:12:13: error: duplicate ACPI index 3 [acpi-index-used-twice]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
      <acpi index='3'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <model type='virtio'/>
      <acpi index='4'/>
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
      <model type='virtio'/>
      <acpi index='3'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <model type='virtio'/>
      <acpi index='4'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest does not start as it is, but its own configuration may use the name that the other NIC has now. The
fix sets the next free index. Removing `<acpi>` is a choice.

## Libvirt
When the guest starts, in QEMU's words: `a PCI device with acpi-index = 3 already exist`. A guest with the machine
`pc` starts if ACPI is switched off.

Seen on 11.3 and 12.8; with 9.0 the machine `pc` was without ACPI.

## References
- https://libvirt.org/formatdomain.html#network-device-acpi-index
- libvirt src/qemu/qemu_command.c, qemuBuildDeviceAddressProps()
"""

from collections.abc import Iterator
from itertools import chain, count

from vnetlint.api import Domain, Node, Problem, View, edit, fix, problem, related, rule


@rule(
    "acpi-index-used-twice",
    code="VN2180",
    on=Domain,
    severity="error",
    when="plug",
    since="0.1",
)
def check(domain: Domain) -> Iterator[Problem]:
    given = {_index(node) for node in domain.parts_of_devices("acpi")}
    for node, first, index in domain.repeats("acpi", _index) if domain.is_qemu else ():
        free = next(fresh for fresh in chain(range(index + 1, LAST + 1), count(1)) if fresh not in given)
        given.add(free)
        yield problem(
            node.attributes["index"],
            f"duplicate ACPI index {index}",
            fix(f"Set 'index' to {free}", edit.set_attribute(node, "index", str(free)), safety="unsafe"),
            fix("Remove <acpi>", edit.remove(node), safety="choice"),
            related=(related(first, "the first device with this index"),),
            libvirt_message=f"a PCI device with acpi-index = {index} already exist",
        )


LAST = 16383
"""The highest index that QEMU accepts."""


def _index(acpi: Node) -> int | None:
    return View(acpi).number("index") or None
