"""The name of a static DHCP host does not begin with a letter or digit, and libvirt refuses to define the network.

The letter has to be one of a to z. An empty name is refused too; a host that has none leaves the attribute out.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='_web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' name='' ip='192.168.20.6'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:37: error: the host name '_web' does not begin with a letter or digit [dhcp-host-name-invalid]
lan.xml:7:37: error: the host name '' does not begin with a letter or digit [dhcp-host-name-invalid]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' ip='192.168.20.6'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web-1' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' ip='192.168.20.6'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Safe where what follows is a name: libvirt refuses the network as it is. Unsafe where nothing follows and the name is
removed, unless it is empty.

## Libvirt
At define: `Cannot use host name '_web' in network 'lan'`

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPHostDefParseXML()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, known, problem, rule


@rule(
    "dhcp-host-name-invalid",
    code="VN1208",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
    covers=("A049",),
)
def check(network: Network) -> Iterator[Problem]:
    for host in (host for ip in network.ips for host in ip.hosts):
        place = host.attribute("name")
        if place is None or re.match(r"[A-Za-z0-9]", place.value) or (place.value and known(place.value) is None):
            continue
        name = re.sub(r"^[^A-Za-z0-9]+", "", place.value)
        removed = edit.remove_attribute(place) if {"mac", "id"} & host.node.attributes.keys() else ()
        yield problem(
            place,
            f"the host name '{place.value}' does not begin with a letter or digit",
            fix(f"Name it {name}", edit.set_attribute(host.node, "name", name) if name else (), safety="safe"),
            fix("Remove the name", removed, safety="unsafe" if place.value else "safe"),
            fix("Remove <host>", edit.remove(host.node), safety="unsafe"),
            libvirt_message=f"Cannot use host name '{place.value}' in network '{network.name}'",
        )
