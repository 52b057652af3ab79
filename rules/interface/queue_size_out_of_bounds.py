"""A queue of a virtio card is shorter or longer than QEMU supports, so the guest does not start.

`rx_queue_size` and `tx_queue_size` are the lengths of the rings that guest and host share. libvirt checks only that
they are powers of two; QEMU supports 256, 512 and 1024.

## What to do
Set `rx_queue_size` to 256, 512 or 1024, and `tx_queue_size` to 256. Only an interface of type `vhostuser` or `vdpa`
supports a `tx_queue_size` of 512 or 1024.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver rx_queue_size='2048' tx_queue_size='128'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:15: error: invalid value '2048' for 'rx_queue_size': expected 256, 512 or 1024 [queue-size-out-of-bounds]
web.xml:7:36: error: invalid value '128' for 'tx_queue_size': expected 256, 512 or 1024 [queue-size-out-of-bounds]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver rx_queue_size='1024' tx_queue_size='256'/>
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
      <driver rx_queue_size='512' tx_queue_size='256'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Safe: the guest does not start as it is, and the fix sets the supported size that is closest to the written one.

## Libvirt
When the guest starts, in QEMU's words:
`Invalid rx_queue_size (= 2048), must be a power of 2 between 256 and 1024.`,
`Invalid tx_queue_size (= 128), must be a power of 2 between 256 and 1024`. QEMU 11.1 names the upper bound of the
interface's type: `Invalid tx_queue_size (= 128), must be a power of 2 between 256 and 256`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/qemu/qemu_command.c, qemuBuildNicDevProps()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, View, edit, fix, problem, rule


@rule(
    "queue-size-out-of-bounds",
    code="VN2221",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    driver = interface.node.child("driver")
    if driver is None or not interface.has_virtio_driver or not interface.domain.is_qemu:
        return
    for name, end in (("rx_queue_size", "."), ("tx_queue_size", "")):
        size = View(driver).number(name)
        # libvirt itself refuses a size that is not a power of two.
        if not size or LEAST <= size <= MOST or size & (size - 1):
            continue
        nearest = MOST if size > MOST else LEAST
        yield problem(
            driver.attributes[name],
            f"invalid value '{size}' for '{name}': expected 256, 512 or 1024",
            fix(f"Set '{name}' to {nearest}", edit.set_attribute(driver, name, str(nearest)), safety="safe"),
            libvirt_message=f"Invalid {name} (= {size}), must be a power of 2 between {LEAST} and {MOST}{end}",
        )


LEAST, MOST = 256, 1024
