"""A virtio card asks for a longer send queue than the 256 entries that QEMU uses there.

Only vhost-user and vDPA take a `tx_queue_size` of more than 256. With a tap device QEMU silently uses 256.

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
web.xml:7:49: info: 'tx_queue_size' has no effect on this type of interface: QEMU uses 256, not 1024 [tx-queue-size-ignored]
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
Unsafe: the queue has 256 entries with and without it, but the request is then no longer written down.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, drop, problem, rule


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
    yield problem(
        place,
        f"'tx_queue_size' has no effect on this type of interface: QEMU uses 256, not {place.value}",
        drop(place, "unsafe"),
    )


TAPS = ("own-bridge", "host-bridge", "macvtap")
