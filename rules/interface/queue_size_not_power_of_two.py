"""A queue of a virtio card has a size that is no power of two, and libvirt refuses to define the guest.

`rx_queue_size` and `tx_queue_size` are the lengths of the rings that guest and host share. QEMU takes 256, 512 and 1024.

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
web.xml:7:15: error: rx_queue_size is 1000, which is no power of two [queue-size-not-power-of-two]
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
Unsafe: libvirt refuses the guest as it stands, but whether the power of two above or below was meant it cannot say; the
nearest that QEMU takes is put there.

## Libvirt
At define: `rx_queue_size has to be a power of two`. Of a power of two out of bounds QEMU says when the guest starts:
`Invalid rx_queue_size (= 2048), must be a power of 2 between 256 and 1024.`

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "queue-size-not-power-of-two",
    code="VN2108",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
    covers=("A086",),
)
def check(interface: Interface) -> Iterator[Problem]:
    driver = interface.node.child("driver")
    if driver is None or not interface.is_virtio or not interface.domain.is_qemu:
        return
    for name in ("rx_queue_size", "tx_queue_size"):
        written = driver.get(name) or ""
        size = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
        if size & (size - 1) == 0:
            continue
        nearest = min((256, 512, 1024), key=lambda power: abs(power - size))
        yield problem(
            driver.attributes[name],
            f"{name} is {size}, which is no power of two",
            fix(f"Make it {nearest}", edit.set_attribute(driver, name, str(nearest)), safety="unsafe"),
            libvirt_message=f"{name} has to be a power of two",
        )
