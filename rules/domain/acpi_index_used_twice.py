"""Two devices of a guest have one ACPI index, so the guest does not start.

`<acpi index=…/>` fixes the name of a NIC in the guest: index 3 gives `eno3`. A copied interface brings its index along.
libvirt does not check this at define.

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
Unsafe: the guest does not start as it is, but its own configuration may know the NIC by the name that the other one has. The
fix sets the next free index. Removing `<acpi>` is a choice.

## Libvirt
When the guest starts, in QEMU's words: `a PCI device with acpi-index = 3 already exist`. Where ACPI is switched off in a
guest with the machine `pc`, it starts.

## References
- https://libvirt.org/formatdomain.html#network-device-acpi-index
- libvirt src/qemu/qemu_command.c, qemuBuildDeviceAddressProps()
"""

from collections.abc import Iterator
from itertools import chain, count

from vnetlint.api import Domain, Problem, View, edit, fix, problem, related, rule


@rule(
    "acpi-index-used-twice",
    code="VN2180",
    on=Domain,
    severity="error",
    when="plug",
    since="0.1",
    covers=("B071",),
)
def check(domain: Domain) -> Iterator[Problem]:
    indexes = [View(node) for node in domain.parts_of_devices("acpi")]
    given = {each.number("index") for each in indexes}
    first: dict[int, View] = {}
    for each in indexes if domain.is_qemu and not domain.is_template else ():
        number = each.number("index")
        if not number or first.setdefault(number, each) is each:
            continue
        free = next(fresh for fresh in chain(range(number + 1, LAST + 1), count(1)) if fresh not in given)
        given.add(free)
        yield problem(
            each.attribute("index") or each,
            f"duplicate ACPI index {number}",
            fix(f"Set it to {free}", edit.set_attribute(each.node, "index", str(free)), safety="unsafe"),
            fix("Remove <acpi>", edit.remove(each.node), safety="choice"),
            related=(related(first[number], "the first device with this index"),),
            libvirt_message=f"a PCI device with acpi-index = {number} already exist",
        )


LAST = 16383
"""The highest index that QEMU takes."""
