"""A guest joins the bridge of a libvirt network directly, not through the network.

An interface of type `bridge` gets none of the network's settings for guests: no port group, no limit, no isolation.
The guest starts only while the network is active, and libvirt does not count it among the network's guests. Where the
network has such settings, the finding is a warning.

## What to do
Change the type of the interface to `network`, and name the network in `<source network='…'/>`. If the guest belongs to
a session without root (`qemu:///session`), keep the bridge: such a session has no networks.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
  <port isolated='yes'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='virbr5'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:15: warning: bridge 'virbr5' belongs to network 'lan', whose settings do not apply to this guest [network-bypassed]
```

## Fixed
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

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
  <port isolated='yes'/>
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
Choice: the network's settings then apply to the guest. A session without root (`qemu:///session`) has no networks.

## Libvirt
Never, while the network is active.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#bridge-to-lan
- libvirt src/network/bridge_driver.c, networkAllocatePort()
"""

import re
from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Interface,
    Network,
    Problem,
    Project,
    advise,
    fix,
    join_network,
    problem,
    related,
    rule,
)


@rule(
    "network-bypassed",
    code="VN3403",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    place = user.host_bridge
    if place is None:
        return
    owner = project.bridges.network_on(place.value, user.owner, "nat", "route", "open", "isolated")
    if owner is None and re.fullmatch(LIBVIRTS, place.value):
        message = f"libvirt makes bridge '{place.value}' for a network, whose settings do not apply here"
        yield problem(place, message, advise("Join the network by name", "<source network='NETWORK'/>"))
    elif owner is not None and owner.name is not None and isinstance(user, Interface):
        yield _bypass(user, place, owner, owner.name)


def _bypass(interface: Interface, place: Attribute, owner: Network, name: str) -> Problem:
    return problem(
        place,
        f"bridge '{place.value}' belongs to network '{name}', whose settings do not apply to this guest",
        fix(f"Join network '{name}' by name", *join_network(interface, name), safety="choice"),
        related=(related(owner.bridge or owner, "the bridge is made here"),),
        severity="warning" if owner.isolates_ports or owner.portgroups else None,
    )


LIBVIRTS = r"virbr\d+"
"""The names that libvirt chooses for bridges of its networks."""
