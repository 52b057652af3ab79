"""A network creates a bridge with a name that hosts often use for bridges of their own.

libvirt creates the bridge of a NAT, routed, open or isolated network, and needs a name that is not in use.
Administrators and other tools give names such as `br0` to their own bridges. On a host that has such a bridge, the
network does not start. The names that libvirt chooses begin with `virbr`.

## What to do
Remove the name so that libvirt chooses one, or set one that begins with `virbr`. If guests should join the host's
bridge, use the mode `bridge`. If this is intended, make sure that no host of the network has a bridge with that name.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='br0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:11: info: the host may have a bridge of its own named 'br0' [bridge-named-like-host-bridge]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Options
- `names`: the names that hosts use for their own bridges, instead of the built-in ones; `*` matches any characters.
```toml
[options.bridge-named-like-host-bridge]
names = ["br-*", "lan?"]
```

## Fix safety
A choice: guests and firewall rules may use the name.

## Libvirt
At start, where the host has such a bridge: `error creating bridge interface br0: File exists`

Not seen: it depends on a bridge that the host may have.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virnetdevbridge.c, virNetDevBridgeCreate()
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from vnetlint.api import Network, Problem, Project, edit, fix, option, problem, rule
from vnetlint.dataclass import dataclass

USUAL = ("br*", "*br[0-9]*", "bridge*", "docker*", "cni*", "podman*", "incusbr*", "lxdbr*")


@dataclass(frozen=True)
class Options:
    names: tuple[str, ...] = option(USUAL, pattern=r"^[^\s/:]+$")


@rule(
    "bridge-named-like-host-bridge",
    code="VN1518",
    on=Network,
    severity="info",
    when="start",
    since="0.1",
    options=Options,
)
def check(network: Network, project: Project, options: Options) -> Iterator[Problem]:
    place = network.bridge.attribute("name") if network.bridge else None
    if place is None or not network.owns_bridge or project.host is not None or place.value.startswith("virbr"):
        return
    if not any(fnmatchcase(place.value, name) for name in options.names):
        return
    yield problem(
        place,
        f"the host may have a bridge of its own named '{place.value}'",
        fix("Remove the name, so that libvirt chooses one", edit.remove_attribute(place), safety="choice"),
        confidence="low",
    )
