"""`<forward>` has no mode, so libvirt uses NAT.

Readers often expect a network without forwarding, or a routed one. A network is isolated only if it has no `<forward>`
at all.

## What to do
Set `mode` to what is intended: `nat` changes nothing, and `route` or `open` turns translation off. If the network
should be isolated, remove `<forward>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:3: info: missing attribute 'mode' on <forward>: libvirt uses 'nat' [forward-mode-unstated]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe: the file then says what libvirt already does, and what `virsh net-dumpxml` shows. Isolating the network instead is
a choice.

## Libvirt
Never: it defines a NAT network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkForwardDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, fix, problem, rule, to_mode


@rule(
    "forward-mode-unstated",
    code="VN1403",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    if forward is None or "mode" in forward.node.attributes:
        return
    yield problem(
        forward,
        "missing attribute 'mode' on <forward>: libvirt uses 'nat'",
        fix("Set mode to 'nat'", *to_mode(network, "nat"), safety="safe"),
        fix("Remove <forward>, so that the network is isolated", *to_mode(network, "isolated"), safety="choice"),
    )
