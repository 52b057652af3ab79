"""An interface has a VLAN tag where libvirt cannot set one, so the guest does not start.

libvirt does not tag frames itself. An Open vSwitch bridge can, and so can an SR-IOV function, whether macvtap in mode
`passthrough` uses it or the guest has it to itself. Since 11.0.0 a Linux bridge of the host can too, and 12.8 also
tags on the bridges of its own networks. What depends on the version is a warning if neither an inventory nor
`target-libvirt` sets the version.

## What to do
Remove `<vlan>`, create a VLAN device and a bridge on it on the host, and let the guest join that bridge. If the bridge
is an Open vSwitch, add `<virtualport type='openvswitch'/>` instead. If the host's libvirt is new enough, set
`target-libvirt`.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <vlan>
        <tag id='42'/>
      </vlan>
    </interface>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source dev='eth1' mode='bridge'/>
      <vlan>
        <tag id='42'/>
      </vlan>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0e'/>
      <source network='lab'/>
      <vlan>
        <tag id='42'/>
      </vlan>
    </interface>
  </devices>
</domain>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
web.xml:7:7: warning: libvirt before 11.0.0 cannot set a VLAN on bridge 'br0' [vlan-tag-refused]
web.xml:14:7: error: libvirt cannot set a VLAN on an interface of type 'direct' [vlan-tag-refused]
web.xml:21:7: warning: libvirt up to 11.3 cannot set a VLAN on network 'lab' [vlan-tag-refused]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
    </interface>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source dev='eth1' mode='bridge'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0e'/>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <vlan>
        <tag id='42'/>
      </vlan>
      <virtualport type='openvswitch'/>
    </interface>
    <interface type='direct'>
      <source dev='eth1' mode='passthrough'/>
      <vlan>
        <tag id='42'/>
      </vlan>
    </interface>
  </devices>
</domain>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <vlan>
        <tag id='42'/>
      </vlan>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "libvirt": "11.0.0"}
```

## Fix safety
Choice: without `<vlan>` the guest is in no VLAN, or in the one that the bridge or NIC is in. Where the inventory says
that the bridge is an Open vSwitch, adding `<virtualport>` comes first. It is unsafe: the guest does not start today.

## Libvirt
When the guest starts: `interface 52:54:00:0a:0b:0c - vlan tag not supported for this connection type`. 12.8 reports
it at define for an interface that is not of type `bridge` or `network`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/conf/domain_validate.c, virDomainActualNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Node, Problem, Project, edit, el, fix, problem, rule


@rule(
    "vlan-tag-refused",
    code="VN3483",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    vlan, since = interface.node.child("vlan"), _allowed_since(interface, project)
    if vlan is None or since is None or (since and project.has_libvirt(since) is not False and project.knows_libvirt):
        return
    is_sure = not since or project.knows_libvirt
    before = "" if is_sure else " before 11.0.0" if since == "11.0.0" else " up to 11.3"
    at_define = not since and interface.type != "network" and project.has_libvirt("12.8.0")
    yield problem(
        vlan,
        f"libvirt{before} cannot set a VLAN on {_attached_to(interface)}",
        *_fixes(interface, vlan, project.bridges.on_openvswitch(interface)),
        severity=None if is_sure else "warning",
        when="define" if at_define else None,
        libvirt_message=f"interface {interface.mac} - {REFUSED}" if interface.mac else REFUSED,
    )


def _attached_to(interface: Interface) -> str:
    named = (("network", interface.network), ("bridge", interface.host_bridge))
    by_type = f"an interface of type {interface.type!r}"
    return next((f"{kind} '{each.value}'" for kind, each in named if each), by_type)


def _fixes(interface: Interface, vlan: Node, is_switch: bool) -> tuple[tuple[Fix, ...], ...]:
    """Adding <virtualport> comes first if the inventory says that the bridge is an Open vSwitch."""
    removed = fix("Remove <vlan>", edit.remove(vlan), safety="choice")
    if interface.host_bridge is None or interface.node.child("virtualport") is not None:
        return (removed,)
    added = edit.insert(interface.node, el("virtualport", {"type": "openvswitch"}))
    switch = fix("Add <virtualport type='openvswitch'/>", added, safety="unsafe" if is_switch else "choice")
    return (switch, removed) if is_switch else (removed, switch)


REFUSED = "vlan tag not supported for this connection type"

BY_ATTACHMENT = ("network", "bridge", "direct", "hostdev", "null", "vds", None)
"""Types whose attachment decides, and types of other hypervisors."""


def _allowed_since(interface: Interface, project: Project) -> str | None:
    """Return the first version that sets a tag on this attachment: "" if none does, None if all do or it is unknown."""
    network, switch = project.networks.of(interface), project.guests.switch_of(interface)
    attachment = project.guests.attachment_of(interface)
    if attachment == "host-bridge":
        return None if switch == "openvswitch" else "11.0.0" if switch is None else ""
    if attachment == "own-bridge":
        return "11.4.0"
    mode = network.mode if network else interface.direct_mode
    is_direct = attachment == "macvtap" and mode in ("bridge", "private", "vepa")
    return "" if is_direct or interface.type not in BY_ATTACHMENT else None
