"""A network makes a bridge with a name that hosts give to bridges of their own.

libvirt makes the bridge of a NAT, routed, open or isolated network and needs a name that is free. One such as `br0` is
what administrators and other tools call theirs: where it exists, the network does not start. The names that libvirt
chooses begin with `virbr`.

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
lan.xml:4:11: info: the bridge name 'br0' is one that a host may have for a bridge of its own [bridge-named-like-host-bridge]
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
- `names`: what the hosts call bridges of their own, in place of the names known here; `*` stands for any characters.
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
from dataclasses import dataclass
from fnmatch import fnmatchcase

from vnetlint.api import Network, Problem, Project, edit, fix, option, problem, rule

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
        f"the bridge name '{place.value}' is one that a host may have for a bridge of its own",
        fix("Remove the name, so that libvirt chooses one", edit.remove_attribute(place), safety="choice"),
        confidence="low",
    )
