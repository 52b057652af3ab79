"""A virtio card asks for a long send queue on a connection where QEMU makes it 256.

Only vhost-user and vDPA take a `tx_queue_size` of more than 256. Behind a tap device QEMU uses 256 and says nothing.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver name='vhost' rx_queue_size='1024' tx_queue_size='1024'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:49: info: QEMU makes the send queue 256 long here, and not 1024 [tx-queue-size-ignored]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver name='vhost' rx_queue_size='1024'/>
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
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver name='vhost' rx_queue_size='1024'/>
    </interface>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='client'/>
      <model type='virtio'/>
      <driver rx_queue_size='1024' tx_queue_size='1024'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Safe: the queue is 256 long with and without it.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, problem, rule


@rule(
    "tx-queue-size-ignored",
    code="VN2303",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    covers=("C127",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    driver = interface.node.child("driver")
    place = driver.attributes.get("tx_queue_size") if driver else None
    on_tap = interface.type in ("ethernet", "user") or project.attachment_of(interface) in TAPS
    if driver is None or place is None or place.value not in ("512", "1024") or not interface.is_virtio or not on_tap:
        return
    bare = len(driver.attributes) == 1 and not driver.children
    yield problem(
        place,
        f"QEMU makes the send queue 256 long here, and not {place.value}",
        fix("Remove tx_queue_size", edit.remove(driver) if bare else edit.remove_attribute(place), safety="safe"),
    )


TAPS = ("own-bridge", "host-bridge", "macvtap")
