"""A guest's interface names a port group that its network does not have, so none applies.

libvirt starts the guest and does not report this. The guest runs without the settings of the group: the VLAN, the
bandwidth limits, the virtual port. The default group does not apply either, because it serves only interfaces that
name no group.

## What to do
Correct the name in `portgroup`, or add the port group to the network. To use the default group, remove `portgroup`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
  <portgroup name='customers'>
    <vlan>
      <tag id='20'/>
    </vlan>
  </portgroup>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan' portgroup='custommers'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:29: warning: network 'lan' has no port group 'custommers', so none applies [unknown-portgroup]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan' portgroup='customers'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
  <portgroup name='customers' default='yes'>
    <vlan>
      <tag id='20'/>
    </vlan>
  </portgroup>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan' portgroup='customers'/>
    </interface>
    <interface type='network'>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest gets another VLAN or other limits than it has now. Where no group has a similar name, the attribute
is removed. Then the default group serves the guest, if the network has one.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#portgroups
- libvirt src/conf/network_conf.c, virPortGroupFindByName()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Network,
    Problem,
    Project,
    edit,
    fix,
    known,
    problem,
    related,
    rule,
)


@rule(
    "unknown-portgroup",
    code="VN3031",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, network = interface.portgroup, project.networks.of(interface)
    name = known(place.value) if place else None
    if place is None or name is None or network is None:
        return
    names = network.portgroups_by_name
    if name in names or None in names:
        return
    yield problem(
        place,
        f"{network.label} has no port group '{name}', so none applies",
        *_fixes(place, network.portgroup_names.similar(name), network),
        related=(related(network.name_node, f"{network.label} is here"),),
    )


def _fixes(place: Attribute, meant: str | None, network: Network) -> Iterator[tuple[Fix, ...]]:
    if meant is not None:
        yield fix(f"Change it to '{meant}'", edit.set_attribute(place.node, place.name, meant), safety="choice")
    default = network.default_portgroup
    title = f"Remove 'portgroup', so that '{default.name}' applies" if default else "Remove 'portgroup'"
    yield fix(title, edit.remove_attribute(place), safety="choice")
