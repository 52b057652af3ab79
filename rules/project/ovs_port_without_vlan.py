"""A guest joins an Open vSwitch bridge without a VLAN, so it sees the VLANs of all others.

A port of Open vSwitch without a tag is a trunk: it carries every VLAN. Where VLANs separate the other guests of the
bridge, this guest can join any of them. If no other guest has a VLAN, the finding is an info. The network or the port
group may set the VLAN too.

## What to do
Add a `<vlan>` with the guest's `<tag>` to the interface, its port group or the network. If a router or firewall needs
several VLANs, list them in `<vlan trunk='yes'>`.

## Bad
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <vlan>
        <tag id='20'/>
      </vlan>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:15: warning: without a VLAN, the interface of 'web' gets the traffic of every VLAN on 'ovsbr0' [ovs-port-without-vlan]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <vlan>
        <tag id='20'/>
      </vlan>
    </interface>
  </devices>
</domain>
```

## Good
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <vlan>
        <tag id='20'/>
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
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <vlan>
        <tag id='20'/>
      </vlan>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the VLAN is that of another guest, so it is a guess. A router or firewall may have a trunk on purpose.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/util/virnetdevopenvswitch.c, virNetDevOpenvswitchAddPort()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Interface,
    Network,
    Node,
    Problem,
    Project,
    Related,
    advise,
    edit,
    el,
    fix,
    problem,
    related,
    rule,
)


@rule(
    "ovs-port-without-vlan",
    code="VN3410",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network = project.networks.of(interface)
    place = project.bridges.joined_by(interface)
    has_vlan = any(plug.vlan for plug in project.guests.plugs_of(interface))
    if place is None or has_vlan or project.guests.switch_of(interface) != "openvswitch":
        return
    at = interface.network or interface.bridge or place
    message = f"without a VLAN, {interface.label} gets the traffic of every VLAN on '{place.value}'"
    other, tag = project.bridges.tagged_on(place.value, interface.domain)
    if other is not None and tag is not None:
        note = related(tag, f"{other.label} has a VLAN")
        yield problem(at, message, _join_vlan(interface, other, tag), related=(note,))
    else:
        choose = advise("Choose a VLAN", "<vlan><tag id='NUMBER'/></vlan>")
        yield problem(at, message, choose, related=_grouped(network), severity="info")


def _join_vlan(interface: Interface, other: Interface, tag: Node) -> tuple[Fix, ...]:
    number = tag.get("id") or ""
    added = edit.insert(interface.node, el("vlan", {}, el("tag", {"id": number})))
    return fix(f"Add VLAN {number}, that of {other.label}", added, safety="choice")


def _grouped(network: Network | None) -> tuple[Related, ...]:
    """A note on the first VLAN that a port group of the network has."""
    vlan = next((plug.vlan for plug in (network.plugs if network else ()) if plug.vlan), None)
    return (related(vlan, "a port group has a VLAN"),) if vlan else ()
