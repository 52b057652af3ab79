"""A NAT network has so few source ports that connections fail under load.

Each connection of a guest to the same server needs a port of its own. A browser opens dozens of connections, a build or
a package mirror opens hundreds. When the range of `<port start=… end=…>` is used up, new connections are dropped
silently.

## What to do
Set `<port>` to 1024–65535, the range that libvirt uses by default. If a firewall further out allows only the ports that
are set, allow more of them there first. If these ports are enough for your guests, this is intended: lower the option
`enough`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='40000' end='40099'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:7: info: all guests share only 100 ports [nat-ports-few]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Options
- `enough`: how many ports are enough for all guests together; 1000 by default.
```toml
[options.nat-ports-few]
enough = 100
```

## Fix safety
A choice: a firewall further out may allow only these ports.

## Libvirt
Never: it defines and starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesForwardMasquerade()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, View, edit, fix, option, problem, rule
from vnetlint.dataclass import dataclass


@dataclass(frozen=True)
class Options:
    enough: int = option(1000, least=2, most=64512)


@rule(
    "nat-ports-few",
    code="VN1407",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
    options=Options,
)
def check(network: Network, options: Options) -> Iterator[Problem]:
    port = network.forward.nat.child("port") if network.forward and network.forward.nat else None
    start, end = (View(port).number("start"), View(port).number("end")) if port else (None, None)
    if port is None or start is None or end is None or network.mode != "nat":
        return
    if 0 < start < end and end - start + 1 < options.enough:
        first, last = edit.set_attribute(port, "start", "1024"), edit.set_attribute(port, "end", "65535")
        yield problem(
            port,
            f"all guests share only {end - start + 1} ports",
            fix("Set the ports to 1024–65535", first, last, safety="choice"),
        )
