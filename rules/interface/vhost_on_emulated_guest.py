"""An emulated guest asks for vhost, which libvirt uses with KVM only.

A guest of `<domain type='qemu'>` runs without KVM, in QEMU's emulator. Its virtio card is served by QEMU itself, whatever
`<driver name='vhost'/>` says.

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
web.xml:7:15: info: the guest is emulated, and libvirt uses vhost with KVM only [vhost-on-emulated-guest]
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
Safe: the guest runs without vhost either way. Where it should run with KVM, that is offered too.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/qemu/qemu_interface.c, qemuInterfaceOpenVhostNet()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "vhost-on-emulated-guest",
    code="VN2300",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    covers=("C119",),
)
def check(interface: Interface) -> Iterator[Problem]:
    driver, root = interface.node.child("driver"), interface.domain.node
    if driver is None or driver.get("name") != "vhost" or root.get("type") != "qemu" or not interface.is_virtio:
        return
    if interface.type in ("network", "bridge", "direct", "ethernet"):
        name = driver.attributes["name"]
        bare = len(driver.attributes) == 1 and not driver.children
        yield problem(
            name,
            "the guest is emulated, and libvirt uses vhost with KVM only",
            fix("Do not name vhost", edit.remove(driver) if bare else edit.remove_attribute(name), safety="safe"),
            fix("Run the guest with KVM", edit.set_attribute(root, "type", "kvm"), safety="unsafe"),
        )
