"""A bridge has a name of more than 15 bytes, which no network interface can have.

libvirt accepts any name in the definition, but the kernel does not. A network that creates the bridge does not start,
and neither does a guest that joins it.

## What to do
Choose a name of at most 15 bytes, and use it in every network and guest that names the bridge. If the bridge belongs to
the host, use the name that it has there.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='br-laboratory-east'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br-laboratory-east'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
lab.xml:3:11: error: bridge name 'br-laboratory-east' is too long: 18 bytes, expected at most 15 [bridge-name-too-long]
web.xml:5:15: error: bridge name 'br-laboratory-east' is too long: 18 bytes, expected at most 15 [bridge-name-too-long]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='br-laboratory-e'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br-laboratory-e'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<network>
  <name>lab</name>
  <bridge name='br-lab-east'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe where a network creates the bridge: nothing works under the long name, and the short one is written everywhere in
the project. A choice where the bridge is the host's own: its real name is not in the file.

## Libvirt
At start: `error creating bridge interface br-laboratory-east: Numerical result out of range`; and when a guest joins a
bridge of the host: `Network interface name 'br-laboratory-east' is too long: Numerical result out of range`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virnetdevbridge.c, virNetDevBridgeCreate()
- linux include/uapi/linux/if.h, IFNAMSIZ
"""

from collections.abc import Iterator

from vnetlint.api import (  # fmt: skip
    IFNAMSIZ,
    Attribute,
    Interface,
    Network,
    Problem,
    Project,
    edit,
    fix,
    is_too_long,
    known,
    problem,
    rule,
)


@rule(
    "bridge-name-too-long",
    code="VN1020",
    on=(Network, Interface),
    severity="error",
    when="start",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    place = _bridge_named(user)
    name = known(place.value) if place else None
    if place is None or name is None or not is_too_long(name):
        return
    made = any(network.owns_bridge for network in project.bridges.by_name.get(name, ()))
    short = project.identities.short_bridges[name]
    renamed = [edit.set_attribute(each.node, each.name, short) for each in project.bridges.places[name]]
    makes = isinstance(user, Network) and user.owns_bridge
    yield problem(
        place,
        f"bridge name '{name}' is too long: {len(name.encode())} bytes, expected at most {IFNAMSIZ - 1}",
        fix(f"Rename it to '{short}' everywhere", *renamed, safety="safe" if made else "choice"),
        when="start" if makes else "plug",
        libvirt_message=(NOT_MADE if makes else NOT_JOINED).format(name),
    )


NOT_MADE = "error creating bridge interface {}: Numerical result out of range"
NOT_JOINED = "Network interface name '{}' is too long: Numerical result out of range"


def _bridge_named(user: Network | Interface) -> Attribute | None:
    if isinstance(user, Interface):
        return user.bridge
    usable = user.bridge is not None and user.attachment in ("own-bridge", "host-bridge")
    return user.bridge.attribute("name") if user.bridge and usable else None
