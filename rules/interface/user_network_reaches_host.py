"""A guest with user networking reaches what the host keeps to itself, on 127.0.0.1.

In that network the address of the gateway, 10.0.2.2 unless said otherwise, stands for the host, and leads to its loopback.
A database or a mail server that listens there for local use answers the guest as well. passt does the same with the
address of the host's gateway.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:4:16: info: the guest reaches the services that listen on the host's 127.0.0.1 [user-network-reaches-host]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
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
      <source network='default'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest leaves one network for another, which a libvirt of one's own, not the system's, cannot offer. It is shown
only where the interface says more that belongs to user networking.

## Libvirt
Never.

## References
- https://libvirt.org/formatdomain.html#userspace-slirp-or-passt-connection
- https://www.qemu.org/docs/master/system/devices/net.html#using-the-user-mode-network-stack
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, advise, edit, el, fix, problem, rule


@rule(
    "user-network-reaches-host",
    code="VN2315",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    covers=("C133",),
    profile="strict",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    node = interface.node
    if interface.type != "user" or not interface.domain.is_qemu:
        return
    bridged = project.bridged_network(interface.domain, "nat", "route")
    name = bridged.name if bridged and bridged.name else "default"
    source = edit.insert(node, el("source", {"network": name}))
    title = f"Plug it into the network '{name}'"
    plain = not any(node.child(each) for each in ("source", "backend", "ip", "portForward"))
    yield problem(
        node.attributes["type"],
        "the guest reaches the services that listen on the host's 127.0.0.1",
        fix(title, edit.set_attribute(node, "type", "network"), source, safety="unsafe")
        if plain
        else advise(title, f"<interface type='network'>\n  <source network='{name}'/>\n</interface>"),
    )
