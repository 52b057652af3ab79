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

from vnetlint.api import Interface, Problem, Project, advise, edit, el, fix, problem, related, rule


@rule(
    "ovs-port-without-vlan",
    code="VN3410",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network = project.network_of(interface)
    place = (network or interface).host_bridge
    if place is None or project.switch_of(interface) != "openvswitch":
        return
    if any(plug.vlan for plug in project.plugs_of(interface)):
        return
    other, tag = project.tagged_on(place.value, interface.domain)
    at = interface.network or interface.bridge or place
    if other is None or tag is None:
        grouped = next((group.vlan for group in (network.plugs if network else ()) if group.vlan), None)
        yield problem(
            at,
            f"without a VLAN, {interface.label} gets the traffic of every VLAN on '{place.value}'",
            advise("Choose a VLAN", "<vlan><tag id='NUMBER'/></vlan>"),
            related=(related(grouped, "a port group has a VLAN"),) if grouped else (),
            severity="info",
        )
    else:
        number = tag.get("id") or ""
        added = edit.insert(interface.node, el("vlan", {}, el("tag", {"id": number})))
        yield problem(
            at,
            f"without a VLAN, {interface.label} gets the traffic of every VLAN on '{place.value}'",
            fix(f"Add VLAN {number}, that of {other.label}", added, safety="choice"),
            related=(related(tag, f"{other.label} has a VLAN"),),
        )
