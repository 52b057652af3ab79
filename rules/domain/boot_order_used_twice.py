"""Two devices of a guest have the same boot order, and libvirt refuses to define it.

`<boot order=…>` is the place of a device in the order in which the firmware tries them, counted over disks, interfaces and
host devices together. A copied interface often brings a number that a disk has already.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <disk type='file' device='disk'>
      <source file='/var/lib/libvirt/images/web.img'/>
      <target dev='vda' bus='virtio'/>
      <boot order='1'/>
    </disk>
    <interface type='network'>
      <source network='default'/>
      <boot order='1'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:11:13: error: another device is number 1 in the boot order already [boot-order-used-twice]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <disk type='file' device='disk'>
      <source file='/var/lib/libvirt/images/web.img'/>
      <target dev='vda' bus='virtio'/>
      <boot order='1'/>
    </disk>
    <interface type='network'>
      <source network='default'/>
      <boot order='2'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <disk type='file' device='disk'>
      <source file='/var/lib/libvirt/images/web.img'/>
      <target dev='vda' bus='virtio'/>
      <boot order='1'/>
    </disk>
    <interface type='network'>
      <source network='default'/>
      <boot order='2'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it stands, but perhaps the later device should be tried first. The fix gives it the
next number that is free.

## Libvirt
At define: `boot order '1' used for more than one device`

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/conf/domain_postparse.c, virDomainDefBootOrderPostParse()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Problem, View, edit, fix, problem, related, rule


@rule(
    "boot-order-used-twice",
    code="VN2150",
    on=Domain,
    severity="error",
    when="define",
    since="0.1",
    covers=("A095",),
)
def check(domain: Domain) -> Iterator[Problem]:
    boots = [View(node) for node in domain.parts_of_devices("boot")]
    given = {boot.number("order") for boot in boots}
    first: dict[int, View] = {}
    for boot in boots:
        order = boot.number("order")
        if not order or first.setdefault(order, boot) is boot:
            continue
        free = next(each for each in range(order + 1, order + len(boots) + 2) if each not in given)
        given.add(free)
        yield problem(
            boot.attribute("order") or boot,
            f"another device is number {order} in the boot order already",
            fix(f"Make it number {free}", edit.set_attribute(boot.node, "order", str(free)), safety="unsafe"),
            fix("Remove <boot>", edit.remove(boot.node), safety="unsafe"),
            related=(related(first[order], "the first is here"),),
            libvirt_message=f"boot order '{order}' used for more than one device",
        )
