"""A vhost-user interface connects to a socket on which nothing listens, so the guest does not start.

With `mode='client'` QEMU connects to the switch's socket, which has to exist first. With `mode='server'` QEMU creates
the socket and waits for the switch. The rule needs an inventory that lists the sockets on which programs listen.

## What to do
Start the switch before the guest, or correct `path`. If the switch is the client, set `mode='server'`, so that QEMU
creates the socket.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
  </memoryBacking>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost-web' mode='client'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "unix_sockets": ["/run/vhost-db"]}
```

## Report
```text
web.xml:9:27: error: no program on the host listens on '/run/vhost-web' [vhostuser-socket-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
  </memoryBacking>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost-web' mode='server'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
  </memoryBacking>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost-web' mode='client'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "unix_sockets": ["/run/vhost-web"]}
```

## Fix safety
Choice: as the server QEMU waits until the switch connects, and the guest does not start before that.

## Libvirt
When the guest starts, in QEMU's words: `Failed to connect to '/run/vhost-web': No such file or directory`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#vhost-user-connection-with-a-qemu-backend
- libvirt src/qemu/qemu_command.c, qemuBuildInterfaceCommandLine()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, known, problem, rule


@rule(
    "vhostuser-socket-missing",
    code="VN3471",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    sockets, source = project.host.inventory.unix_sockets if project.host else None, interface.source
    if sockets is None or interface.type != "vhostuser" or source is None or source.get("mode") != "client":
        return
    place = source.attributes.get("path")
    path = known(place.value) if place else None
    if place is None or path is None or path in sockets:
        return
    served = edit.set_attribute(source, "mode", "server")
    yield problem(
        place,
        f"no program on the host listens on '{path}'",
        fix("Set mode to 'server', so that QEMU creates the socket", served, safety="choice"),
        libvirt_message=f"Failed to connect to '{path}': No such file or directory",
    )
