"""An interface has a setting that QEMU has no use for on its type, and nothing comes of it.

`<guest dev>` names the NIC inside a container, and `<backenddomain>` the Xen domain that serves it. `sndbuf` is a size
of the buffer of a tap device, and other types have none. `<source dev>` of type `user` chooses the host's NIC for passt
only.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <backenddomain name='net'/>
      <guest dev='eth0'/>
      <model type='virtio'/>
    </interface>
    <interface type='user'>
      <source dev='eth0'/>
      <model type='virtio'/>
      <tune>
        <sndbuf>1600</sndbuf>
      </tune>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: info: <backenddomain> is for Xen, and does nothing with QEMU [setting-without-effect]
web.xml:7:7: info: <guest> is for containers, and does nothing with QEMU [setting-without-effect]
web.xml:11:15: info: the device is for passt to choose, and this interface is not run by passt [setting-without-effect]
web.xml:14:9: info: sndbuf is for tap devices, of which type 'user' has none [setting-without-effect]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
    <interface type='user'>
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
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <tune>
        <sndbuf>1600</sndbuf>
      </tune>
    </interface>
    <interface type='user'>
      <backend type='passt'/>
      <source dev='eth0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Safe, as nothing reads them; but unsafe for the device of type `user`, where passt may be what is meant.

## Libvirt
Never: the guest starts as if they were not there. The device of type `user` is gone from the saved definition.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/qemu/qemu_command.c, qemuBuildHostNetProps()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule, set_child


@rule(
    "setting-without-effect",
    code="VN2310",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    covers=("C124", "C125", "C126", "C128"),
)
def check(interface: Interface) -> Iterator[Problem]:
    node, source, tune = interface.node, interface.source, interface.node.child("tune")
    if not interface.domain.is_qemu:
        return
    for name, user in (("backenddomain", "Xen"), ("guest", "containers")):
        if unused := node.child(name):
            removed = fix(f"Remove <{name}>", edit.remove(unused), safety="safe")
            yield problem(unused, f"<{name}> is for {user}, and does nothing with QEMU", removed)
    place = source.attributes.get("dev") if source and interface.type == "user" else None
    if source is not None and place is not None and interface.backend in ("", "default"):
        bare = len(source.attributes) == 1 and not source.children
        yield problem(
            place,
            "the device is for passt to choose, and this interface is not run by passt",
            fix("Remove it", edit.remove(source) if bare else edit.remove_attribute(place), safety="unsafe"),
            fix("Run it by passt", set_child(node, "backend", "type", "passt"), safety="unsafe"),
        )
    buffer = tune.child("sndbuf") if tune else None
    if tune is not None and buffer is not None and interface.type in WITHOUT_TAP:
        removed = fix("Remove it", edit.remove(tune if len(tune.children) == 1 else buffer), safety="safe")
        yield problem(buffer, f"sndbuf is for tap devices, of which type '{interface.type}' has none", removed)


WITHOUT_TAP = ("user", "mcast", "client", "server", "udp", "internal", "vhostuser", "vdpa", "hostdev")
