"""A network sets a VLAN tag where libvirt cannot tag, and libvirt refuses to define the network.

libvirt tags on an Open vSwitch bridge, on macvtap in mode `passthrough` and on SR-IOV functions. Since 11.0.0 it also
tags on a bridge of the host, and accepts every network of mode `bridge`. A port group with a `<virtualport>` of its own
can be tagged on Open vSwitch only. Where neither an inventory nor `target-libvirt` names the version, the finding about
mode `bridge` is a warning.

## What to do
Remove `<vlan>`, or connect the network to a bridge that is in the VLAN already. If the bridge is an Open vSwitch, add
`<virtualport type='openvswitch'/>`. If only the `<virtualport>` of a port group prevents the tag, remove that element
instead.

## Bad
```xml nat.xml
<network>
  <name>nat</name>
  <forward mode='nat'/>
  <vlan>
    <tag id='42'/>
  </vlan>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <vlan>
    <tag id='42'/>
  </vlan>
</network>
```
```xml pool.xml
<network>
  <name>pool</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
  <portgroup name='sales'>
    <vlan>
      <tag id='43'/>
    </vlan>
    <virtualport type='802.1Qbh'>
      <parameters profileid='sales'/>
    </virtualport>
  </portgroup>
</network>
```

## Report
```text
nat.xml:4:3: error: unexpected <vlan>: libvirt sets no VLAN tag with forward mode 'nat' [vlan-unsupported]
office.xml:5:3: warning: unexpected <vlan>: libvirt before 11.0.0 sets no VLAN tag with forward mode 'bridge' [vlan-unsupported]
pool.xml:7:5: error: unexpected <vlan>: libvirt sets no VLAN tag on a virtualport of type '802.1Qbh' [vlan-unsupported]
```

## Fixed
```xml office.xml
<network>
  <name>office</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml nat.xml
<network>
  <name>nat</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml pool.xml
<network>
  <name>pool</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
  <portgroup name='sales'>
    <virtualport type='802.1Qbh'>
      <parameters profileid='sales'/>
    </virtualport>
  </portgroup>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
  <portgroup name='sales'>
    <vlan>
      <tag id='43'/>
    </vlan>
  </portgroup>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <vlan>
    <tag id='42'/>
  </vlan>
</network>
```
```json host.json
{"version": 1, "libvirt": "11.0.0"}
```

## Fix safety
A choice: without `<vlan>` the guests are in no VLAN, or in that of the host's bridge. The virtualport of a port group
can be removed instead, where the network sets tags without it. Where the network joins a bridge of the host,
`<virtualport type='openvswitch'/>` is offered too. Where the inventory says that the bridge is an Open vSwitch, that is
offered first, and is unsafe.

## Libvirt
At define: `<vlan> element specified for network nat, whose type doesn't support vlan configuration`. Since 11.0, with
macvtap in mode `bridge`, when a guest starts: `vlan tag not supported for this connection type`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Edits, Fix, Network, Plug, Problem, Project, edit, el, fix, heard, problem, rule


@rule(
    "vlan-unsupported",
    code="VN1225",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    own, is_newer = network.plugs[0], project.has_libvirt("11.0.0")
    for vlan, plug in network.untaggable_vlans:
        bare = network.mode == "bridge" and own.switch is None and plug.switch is None
        if bare and is_newer and network.attachment == "host-bridge":
            continue
        before = " before 11.0.0" if bare and is_newer is None and network.attachment == "host-bridge" else ""
        is_switch = project.bridges.on_openvswitch(network) or own.switch == "openvswitch"
        removed = fix("Remove <vlan>", edit.remove(vlan), safety="choice")
        title = f"{'Set' if plug.virtualport else 'Add'} <virtualport type='openvswitch'>"
        switched = fix(title, _switch(network, plug, bare), safety="unsafe" if is_switch else "choice")
        port = f"on a virtualport of type '{plug.switch}'" if plug.switch else "on a virtualport without a type"
        where = port if plug.switch is not None else f"with forward mode '{network.mode}'"
        yield problem(
            vlan,
            f"unexpected <vlan>: libvirt{before} sets no VLAN tag {where}",
            *((switched, removed) if is_switch else (removed, switched)),
            _without_virtualport(network, plug),
            severity="warning" if before else None,
            when="plug" if bare and is_newer else None,
            libvirt_message=NO_TAG if bare and is_newer else heard(REFUSED, network.name),
        )


REFUSED = "<vlan> element specified for network {}, whose type doesn't support vlan configuration"

NO_TAG = "vlan tag not supported for this connection type"


def _without_virtualport(network: Network, plug: Plug) -> tuple[Fix, ...]:
    """The fix that removes the virtualport of a port group, where the tag is set without it."""
    own = network.plugs[0]
    is_set = network.mode in ("hostdev", "passthrough") or (network.mode == "bridge" and own.switch == "openvswitch")
    if plug is own or plug.virtualport is None or not is_set:
        return ()
    return fix("Remove <virtualport> of the port group", edit.remove(plug.virtualport), safety="choice")


def _switch(network: Network, plug: Plug, bare: bool) -> Edits:
    """The edits that set the type of Open vSwitch for the network, or on the port group's own virtualport."""
    if bare and network.attachment == "host-bridge":
        return edit.insert(network.node, el("virtualport", {"type": "openvswitch"}))
    if plug.virtualport is None or plug.switch or network.attachment != "host-bridge":
        return ()
    return edit.set_attribute(plug.virtualport, "type", "openvswitch")
