"""Two devices of a guest have one ACPI index, so the guest does not start.

`<acpi index=…/>` fixes the name of a NIC in the guest: the system makes `eno3` of the index 3. A copied interface brings
the number along. libvirt defines the guest all the same.

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
web.xml:12:13: error: another device has the ACPI index 3 already [acpi-index-used-twice]
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
Unsafe: the guest does not start as it stands, but its own configuration may know the NIC by the name that the other one has.
The fix gives it the next number that is free.

## Libvirt
When the guest starts, in QEMU's words: `a PCI device with acpi-index = 3 already exist`. Where ACPI is switched off in a
guest with the machine `pc`, it starts.

## References
- https://libvirt.org/formatdomain.html#network-device-acpi-index
- libvirt src/qemu/qemu_command.c, qemuBuildDeviceAddressProps()
"""

from collections.abc import Iterator

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
    for each in indexes if domain.is_qemu else ():
        number = each.number("index")
        if not number or first.setdefault(number, each) is each:
            continue
        free = next(fresh for fresh in range(number + 1, number + len(indexes) + 2) if fresh not in given)
        given.add(free)
        yield problem(
            each.attribute("index") or each,
            f"another device has the ACPI index {number} already",
            fix(f"Make it {free}", edit.set_attribute(each.node, "index", str(free)), safety="unsafe"),
            fix("Remove <acpi>", edit.remove(each.node), safety="unsafe"),
            related=(related(first[number], "the first is here"),),
            libvirt_message=f"a PCI device with acpi-index = {number} already exist",
        )
