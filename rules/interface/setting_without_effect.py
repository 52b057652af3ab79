"""An interface has a setting that has no effect with QEMU or on its type.

`<guest dev>` names the NIC inside a container, and `<backenddomain>` the Xen domain that serves it. `sndbuf` is the
buffer size of a tap device, which other types do not have. `<source dev>` of type `user` selects the host's NIC for
passt only. A host device that is passed to the guest has no end on the host, so libvirt has no `<link>` to cut.

## What to do
Remove the setting. If an interface of type `user` should use the NIC in `<source dev='…'/>`, set
`<backend type='passt'/>` instead.

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
Unsafe: nothing reads these settings, but without them the file no longer shows what was meant. Removing the
`dev` of type `user` is a choice, because passt may have been meant.

## Libvirt
Never: the guest starts as if they were not there. The saved definition no longer has the `dev` of type `user`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/qemu/qemu_command.c, qemuBuildHostNetProps()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Node, Problem, Project, drop, edit, fix, problem, rule, set_child


@rule(
    "setting-without-effect",
    code="VN2310",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    if not interface.domain.is_qemu:
        return
    for name, user in (("backenddomain", "Xen"), ("guest", "containers")):
        if unused := interface.node.child(name):
            yield problem(unused, f"<{name}> has no effect with QEMU: it is for {user}", _removed(unused))
    place = interface.source.attributes.get("dev") if interface.source and interface.type == "user" else None
    if place is not None and interface.backend in ("", "default"):
        passt = set_child(interface.node, "backend", "type", "passt")
        chosen = fix("Set <backend type='passt'/>", passt, safety="choice")
        yield problem(place, "'dev' has no effect without <backend type='passt'/>", drop(place, "choice"), chosen)
    yield from _settings_of_tap(interface, project)


def _settings_of_tap(interface: Interface, project: Project) -> Iterator[Problem]:
    """The settings that act on the interface's device on the host, where it has none."""
    tune, link = interface.node.child("tune"), interface.node.child("link")
    is_passed = project.guests.attachment_of(interface) == "hostdev"
    where = "a network of host devices" if interface.type == "network" else f"an interface of type '{interface.type}'"
    if tune is not None and (interface.type in WITHOUT_TAP or is_passed) and (buffer := tune.child("sndbuf")):
        message = f"<sndbuf> has no effect on {where}"
        yield problem(buffer, message, _removed(tune if len(tune.children) == 1 else buffer))
    if link is not None and is_passed:
        yield problem(link, f"<link> has no effect on {where}: libvirt has no device to act on", _removed(link))


WITHOUT_TAP = ("user", "mcast", "client", "server", "udp", "internal", "vhostuser", "vdpa", "hostdev", "null", "vds")


def _removed(unused: Node) -> tuple[Fix, ...]:
    return fix(f"Remove <{unused.name}>", edit.remove(unused), safety="unsafe")
