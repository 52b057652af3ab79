"""Two devices of a guest have the same boot order, and libvirt refuses to define it.

`<boot order=…>` is a device's place in the order in which the firmware tries them. Disks, interfaces and host devices
share one order. A copied interface often has a number that a disk already has.

## What to do
Set `order` to another number on one of the two devices: the firmware tries the lowest number first. Remove `<boot>`
from a device that the guest should not boot from.

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
web.xml:11:13: error: duplicate boot order 1 [boot-order-used-twice]
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
Unsafe: libvirt refuses the guest as it is, but the firmware may be meant to try the later device first. The fix sets
the next free number. Removing `<boot>` is a choice.

## Libvirt
At define: `boot order '1' used for more than one device`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/conf/domain_postparse.c, virDomainDefBootOrderPostParse()
"""

from collections.abc import Iterator
from itertools import count

from vnetlint.api import Domain, Node, Problem, View, edit, fix, problem, related, rule


@rule(
    "boot-order-used-twice",
    code="VN2150",
    on=Domain,
    severity="error",
    when="define",
    since="0.1",
)
def check(domain: Domain) -> Iterator[Problem]:
    given = {_order(boot) for boot in domain.parts_of_devices("boot")}
    numbers: dict[int, count[int]] = {}
    for boot, first, order in domain.repeats("boot", _order):
        free = next(fresh for fresh in numbers.setdefault(order, count(order + 1)) if fresh not in given)
        given.add(free)
        yield problem(
            boot.attributes["order"],
            f"duplicate boot order {order}",
            fix(f"Set 'order' to {free}", edit.set_attribute(boot, "order", str(free)), safety="unsafe"),
            fix("Remove <boot>", edit.remove(boot), safety="choice"),
            related=(related(first, "the first device with this order"),),
            libvirt_message=f"boot order '{order}' used for more than one device",
        )


def _order(boot: Node) -> int | None:
    return View(boot).number("order") or None
