"""A guest with user networking reaches the services that the host offers only to itself, on 127.0.0.1.

In that network the address of the gateway, by default 10.0.2.2, stands for the host and leads to its loopback.
A database or a mail server that listens there for local use answers the guest as well. passt does the same with the
address of the host's gateway.

## What to do
Connect the interface to a network with mode `nat` or `route`. If the guest may use services on the host's 127.0.0.1, or
if libvirt runs without privileges, keep user networking.

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
web.xml:4:16: info: user networking lets the guest reach services on the host's 127.0.0.1 [user-network-reaches-host]
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
Choice: the guest moves to another network, which an unprivileged libvirt cannot provide. If the interface has settings
that belong to user networking, the change is only shown.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#userspace-slirp-or-passt-connection
- https://www.qemu.org/docs/master/system/devices/net.html#using-the-user-mode-network-stack
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Problem, Project, advise, fix, join_network, problem, rule


@rule(
    "user-network-reaches-host",
    code="VN2315",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    profile="strict",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    node = interface.node
    if interface.type != "user" or not interface.domain.is_qemu:
        return
    bridged = project.networks.bridged_beside(interface.domain, "nat", "route")
    name = bridged.name if bridged and bridged.name else "default"
    yield problem(
        node.attributes["type"],
        "user networking lets the guest reach services on the host's 127.0.0.1",
        _connect(interface, name),
    )


def _connect(interface: Interface, network: str) -> tuple[Fix, ...]:
    title = f"Connect the interface to the network '{network}'"
    if any(interface.node.child(each) for each in ("source", "backend", "ip", "portForward")):
        return advise(title, f"<interface type='network'>\n  <source network='{network}'/>\n</interface>")
    return fix(title, *join_network(interface, network), safety="choice")
