"""An interface has a setting that has no effect with QEMU or on its type.

`<guest dev>` names the NIC inside a container, and `<backenddomain>` the Xen domain that serves it. `sndbuf` is the size of
the buffer of a tap device, which other types do not have. `<source dev>` of type `user` selects the host's NIC for passt
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
web.xml:6:7: info: <backenddomain> has no effect with QEMU: it is for Xen [setting-without-effect]
web.xml:7:7: info: <guest> has no effect with QEMU: it is for containers [setting-without-effect]
web.xml:11:15: info: 'dev' has no effect without <backend type='passt'/> [setting-without-effect]
web.xml:14:9: info: <sndbuf> has no effect on an interface of type 'user' [setting-without-effect]
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
Unsafe: nothing reads these settings, but what was meant is then no longer written down. For the device of type `user` it is
a choice, because passt may be what is meant.

## Libvirt
Never: the guest starts as if they were not there. The device of type `user` is gone from the saved definition.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/qemu/qemu_command.c, qemuBuildHostNetProps()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, drop, edit, fix, problem, rule, set_child


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
            removed = fix(f"Remove <{name}>", edit.remove(unused), safety="unsafe")
            yield problem(unused, f"<{name}> has no effect with QEMU: it is for {user}", removed)
    place = source.attributes.get("dev") if source and interface.type == "user" else None
    if source is not None and place is not None and interface.backend in ("", "default"):
        yield problem(
            place,
            "'dev' has no effect without <backend type='passt'/>",
            drop(place, "choice"),
            fix("Set <backend type='passt'/>", set_child(node, "backend", "type", "passt"), safety="choice"),
        )
    buffer = tune.child("sndbuf") if tune else None
    if tune is not None and buffer is not None and interface.type in WITHOUT_TAP:
        unused = tune if len(tune.children) == 1 else buffer
        removed = fix(f"Remove <{unused.name}>", edit.remove(unused), safety="unsafe")
        yield problem(buffer, f"<sndbuf> has no effect on an interface of type '{interface.type}'", removed)


WITHOUT_TAP = ("user", "mcast", "client", "server", "udp", "internal", "vhostuser", "vdpa", "hostdev")
