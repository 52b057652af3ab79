"""An interface has a setting that its type or its network does not support, so the guest does not start.

libvirt defines the guest and checks again when it starts. An interface on a network with macvtap or host devices then
counts as one of that type. Several queues need a tap device, macvtap or a process that shares memory with the guest.
An existing tap device needs a bridge or type `ethernet`. A script runs with type `ethernet` only. The traffic of a
device that the guest has to itself never passes the host, so libvirt cannot limit its bandwidth.

## What to do
Remove the setting from the interface. If you need it, change the type of the interface, or its network, to one that
supports it. A hook of libvirt's (`/etc/libvirt/hooks/network`) can do what a script did.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <model type='virtio'/>
      <driver name='vhost' queues='4'/>
    </interface>
    <interface type='network'>
      <source network='lan'/>
      <script path='/etc/qemu-ifup'/>
      <backend tap='/dev/net/tun'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='functions'/>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```

## Report
```text
web.xml:6:28: error: libvirt does not support more than one queue on an interface of type 'user' [setting-refused-at-start]
web.xml:10:7: error: libvirt does not support <script> on an interface of type 'network' [setting-refused-at-start]
web.xml:11:16: error: libvirt does not support an existing tap device on network 'lan', which uses macvtap [setting-refused-at-start]
web.xml:16:7: error: libvirt does not support <bandwidth> on network 'functions', which uses host devices [setting-refused-at-start]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <model type='virtio'/>
      <driver name='vhost'/>
    </interface>
    <interface type='network'>
      <source network='lan'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='functions'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
      <model type='virtio'/>
      <driver queues='4'/>
      <backend tap='/dev/net/tun'/>
    </interface>
    <interface type='ethernet'>
      <script path='/etc/qemu-ifup'/>
    </interface>
    <interface type='user'>
      <driver queues='4'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe for `queues`, which only affects speed: the guest does not start with it. Choice for a script, a tap device or a
limit: perhaps the setting is right and the type or network is wrong.

## Libvirt
When the guest starts: `interface 52:54:00:0a:0b:0c - multiqueue is not supported for network interfaces of type user`,
`interface 52:54:00:0a:0b:0c - custom tap device path is not supported for network interfaces of type direct`,
`scripts are not supported on interfaces of type network`,
`interface 52:54:00:0a:0b:0c - bandwidth settings are not supported for hostdev interfaces`. libvirt
does not check the queues of a card that is not virtio.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/qemu/qemu_domain.c, qemuDomainValidateActualNetDef()
- libvirt src/qemu/qemu_command.c, qemuBuildHostNetProps()
- libvirt src/conf/domain_validate.c, virDomainActualNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Node,
    Problem,
    Project,
    Safety,
    edit,
    fix,
    known,
    problem,
    remove_setting,
    rule,
)


@rule(
    "setting-refused-at-start",
    code="VN3487",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, attachment = project.networks.of(interface), project.guests.attachment_of(interface)
    actual = ACTUAL_TYPE.get(attachment or "") if interface.type == "network" else interface.type
    for place, name, refused, message in _settings(interface) if interface.domain.is_qemu else ():
        by_type = interface.type in refused
        if not by_type and actual not in refused:
            continue
        where = network.label if network and not by_type else f"an interface of type '{interface.type}'"
        uses = f", which uses {USES[attachment or '']}" if network and not by_type else ""
        yield problem(
            place,
            f"libvirt does not support {name} on {where}{uses}",
            _removed(place),
            libvirt_message=_refusal(interface, message, actual or ""),
        )


ACTUAL_TYPE = {"own-bridge": "network", "host-bridge": "bridge", "macvtap": "direct", "hostdev": "hostdev"}
USES = {"macvtap": "macvtap", "hostdev": "host devices", "own-bridge": "a bridge", "host-bridge": "a bridge", "": "?"}
WITHOUT_TAP = ("user", "hostdev", "mcast", "client", "server", "udp", "internal")
QUEUES = "multiqueue is not supported for network interfaces of type {kind}"
TAP = "custom tap device path is not supported for network interfaces of type {kind}"
SCRIPT = "scripts are not supported on interfaces of type {kind}"
BANDWIDTH = "bandwidth settings are not supported for hostdev interfaces"
_Setting = tuple[Node | Attribute, str, tuple[str, ...], str]


def _settings(interface: Interface) -> Iterator[_Setting]:
    """The settings of the interface: place, name, the types that do not support it, and libvirt's message."""
    driver, backend, script, bandwidth = map(interface.node.child, ("driver", "backend", "script", "bandwidth"))
    queues = known(driver.get("queues")) if driver else None
    if driver and queues and queues.isascii() and queues.isdigit() and int(queues[:9]) > 1 and interface.is_virtio:
        yield driver.attributes["queues"], "more than one queue", WITHOUT_TAP, QUEUES
    if backend and known(backend.get("tap")):
        yield backend.attributes["tap"], "an existing tap device", (*WITHOUT_TAP, "direct", "vhostuser", "vdpa"), TAP
    if script and known(script.get("path")):
        yield script, "<script>", ("network", "bridge", "direct", "vhostuser", "vdpa", *WITHOUT_TAP), SCRIPT
    if bandwidth:
        yield bandwidth, "<bandwidth>", ("hostdev",), BANDWIDTH


def _refusal(interface: Interface, message: str, kind: str) -> str:
    said = message.format(kind=kind).strip()
    return f"interface {interface.mac} - {said}" if interface.mac and message != SCRIPT else said


def _removed(place: Node | Attribute) -> tuple[Fix, ...]:
    """Remove the setting. Queues only affect speed; a script, a tap device or a limit was set for a purpose."""
    if isinstance(place, Node):
        return fix(f"Remove <{place.name}>", edit.remove(place), safety="choice")
    safety: Safety = "unsafe" if place.name == "queues" else "choice"
    return fix(f"Remove '{place.name}' from <{place.node.name}>", remove_setting(place), safety=safety)
