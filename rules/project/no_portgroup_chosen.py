"""A guest chooses no port group, and its network has no default port group.

The VLAN and the limits of a port group apply to interfaces that name it. A group with `default='yes'` applies to all
others. Without a default they get only what the network itself sets, which is often nothing. Nothing is reported where
the network has a VLAN of its own.

## What to do
Name the port group of the guest in `<source portgroup='…'/>`. If one group should apply to every guest that names
none, set `default='yes'` on it.

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
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:7: warning: the interface of 'web' uses no port group of network 'lan', and none is the default [no-portgroup-chosen]
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
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest gets another VLAN or other limits than it has now. With several groups each is offered.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#portgroups
- libvirt src/conf/network_conf.c, virPortGroupFindByName()
"""

from collections.abc import Iterator
from itertools import islice

from vnetlint.api import Interface, Network, Plug, Problem, Project, edit, fix, problem, related, rule


@rule("no-portgroup-chosen", code="VN3409", on=Interface, severity="warning", when="never", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, source = project.networks.of(interface), interface.source
    if network is None or source is None or source.get("portgroup") or not _needs_group(interface, network):
        return
    names = islice(network.portgroups_by_name, MOST)
    choices = (
        fix(f"Use the port group '{name}'", edit.set_attribute(source, "portgroup", name), safety="choice")
        for name in names
        if name
    )
    yield problem(
        source,
        f"{interface.label} uses no port group of {network.label}, and none is the default",
        *choices,
        related=(related(network.portgroups[0], "the first port group of the network"),),
    )


MOST = 20
"""The most port groups that are offered."""


def _needs_group(interface: Interface, network: Network) -> bool:
    """Whether only a port group has a VLAN or limits for the interface, and each group has a known name."""
    own = Plug(interface.node)
    is_set = network.may_have_default or own.vlan or own.bandwidth or Plug(network.node).vlan
    return bool(network.portgroups) and not is_set and None not in network.portgroups_by_name
