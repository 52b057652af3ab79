"""A queue of a virtio card has a size that is not a power of two, and libvirt refuses to define the guest.

`rx_queue_size` and `tx_queue_size` are the lengths of the rings that guest and host share. QEMU supports 256, 512 and
1024.

## What to do
Set the size to 256, 512 or 1024. For `tx_queue_size`, 512 and 1024 need an interface of type `vhostuser` or `vdpa`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver rx_queue_size='1000'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:15: error: invalid value '1000' for 'rx_queue_size': expected a power of two [queue-size-not-power-of-two]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver rx_queue_size='1024'/>
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
      <driver rx_queue_size='1024'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it is. The fix sets the nearest size that QEMU supports, but the next power of two
may have been meant.

## Libvirt
At define: `rx_queue_size has to be a power of two`. For a power of two out of bounds QEMU says, when the guest starts:
`Invalid rx_queue_size (= 2048), must be a power of 2 between 256 and 1024.`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, View, edit, fix, problem, rule


@rule(
    "queue-size-not-power-of-two",
    code="VN2108",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    driver = interface.node.child("driver")
    if driver is None or not interface.has_virtio_driver or not interface.domain.is_qemu:
        return
    for name in ("rx_queue_size", "tx_queue_size"):
        size = View(driver).number(name)
        if not size or size >= 1 << 32 or size & (size - 1) == 0:
            continue
        nearest = min((256, 512, 1024), key=lambda power: abs(power - size))
        yield problem(
            driver.attributes[name],
            f"invalid value '{size}' for '{name}': expected a power of two",
            fix(f"Set '{name}' to {nearest}", edit.set_attribute(driver, name, str(nearest)), safety="unsafe"),
            libvirt_message=f"{name} has to be a power of two",
        )
