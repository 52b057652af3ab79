"""A virtio card has a longer send queue than the 256 entries that QEMU supports there.

Only vhost-user and vDPA support a `tx_queue_size` of more than 256. On other types an older QEMU silently uses 256, and
a newer one refuses to start: 7.2 uses 256, 10.0 refuses.

## What to do
Remove `tx_queue_size`, or set it to 256. A longer queue needs an interface of type `vhostuser` or `vdpa`.

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
web.xml:7:49: warning: invalid value '1024' for 'tx_queue_size': QEMU supports up to 256 on this type of interface [tx-queue-size-ignored]
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
Unsafe: the queue has 256 entries without it, but the file no longer shows that more were wanted.

## Libvirt
When the guest starts, in the words of a newer QEMU:
`Invalid tx_queue_size (= 1024), must be a power of 2 between 256 and 256`

Seen on 11.3 and 12.8, with QEMU 10.0 and 11.1; 9.0 was asked with QEMU 7.2, which accepts it.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, drop, problem, rule


@rule(
    "tx-queue-size-ignored",
    code="VN2303",
    on=Interface,
    severity="warning",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    driver = interface.node.child("driver")
    place = driver.attributes.get("tx_queue_size") if driver else None
    on_tap = interface.type in TAPS and project.guests.attachment_of(interface) != "hostdev"
    if driver is None or place is None or place.value not in ("512", "1024") or not interface.is_virtio or not on_tap:
        return
    yield problem(
        place,
        f"invalid value '{place.value}' for 'tx_queue_size': QEMU supports up to 256 on this type of interface",
        drop(place, "unsafe"),
        libvirt_message=f"Invalid tx_queue_size (= {place.value}), must be a power of 2 between 256 and 256",
    )


TAPS = ("network", "bridge", "direct", "ethernet", "user")
