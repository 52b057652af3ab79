"""An emulated guest is set to use vhost, which libvirt uses only with KVM.

A guest with `<domain type='qemu'>` runs in QEMU's emulator, without KVM. QEMU then serves its virtio card itself, even
with `<driver name='vhost'/>`.

## What to do
Remove `name='vhost'` from `<driver>`. If the guest can run with KVM, set `<domain type='kvm'>` instead.

## Bad
```xml
<domain type='qemu'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
      <driver name='vhost' queues='2'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:15: info: 'vhost' has no effect on an emulated guest: libvirt uses it with KVM only [vhost-on-emulated-guest]
```

## Fixed
```xml
<domain type='qemu'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
      <driver queues='2'/>
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
      <driver name='vhost' queues='2'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest runs without vhost either way, but vhost was wanted. Running the guest with KVM is a choice.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/qemu/qemu_interface.c, qemuInterfaceOpenVhostNet()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, drop, edit, fix, problem, rule


@rule(
    "vhost-on-emulated-guest",
    code="VN2300",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    driver, root = interface.node.child("driver"), interface.domain.node
    if driver is None or driver.get("name") != "vhost" or root.get("type") != "qemu" or not interface.is_virtio:
        return
    if interface.type in ("network", "bridge", "direct", "ethernet"):
        name = driver.attributes["name"]
        yield problem(
            name,
            "'vhost' has no effect on an emulated guest: libvirt uses it with KVM only",
            drop(name, "unsafe"),
            fix("Set the domain's type to 'kvm'", edit.set_attribute(root, "type", "kvm"), safety="choice"),
        )
