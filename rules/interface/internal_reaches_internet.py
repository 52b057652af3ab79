"""An interface of type `internal` is not internal with QEMU: the guest reaches the Internet, and no other guest.

The type is for other hypervisors. libvirt's QEMU driver treats it as type `user`: the guest reaches the outside through
the host, and the network in `<source>` is ignored.

## What to do
To connect the guest to the network in `<source>`, set the type to `network` and name it in `<source network='…'/>`. If
the guest should only reach the Internet, set the type to `user` and remove `<source>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <bridge name='virbr7'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='internal'>
      <source name='lan'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:4:16: warning: QEMU treats type 'internal' as 'user': the guest reaches the Internet and no other guest [internal-reaches-internet]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <model type='virtio'/>
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
      <source network='lan'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest moves to another network. The other fix sets type `user`, which QEMU uses now.

## Libvirt
Never: the guest starts with `-netdev user`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/qemu/qemu_command.c, qemuBuildHostNetProps()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, join_network, known, problem, rule


@rule(
    "internal-reaches-internet",
    code="VN2311",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    node, source = interface.node, interface.source
    if interface.type != "internal" or source is None or not interface.domain.is_qemu:
        return
    name = known(source.get("name"))
    user = edit.set_attribute(node, "type", "user")
    yield problem(
        node.attributes["type"],
        "QEMU treats type 'internal' as 'user': the guest reaches the Internet and no other guest",
        fix(f"Connect the interface to the network '{name}'", *join_network(interface, name), safety="choice")
        if name and project.networks.named(name, interface)
        else (),
        fix("Set type='user', which QEMU uses now, and remove <source>", user, edit.remove(source), safety="choice"),
    )
