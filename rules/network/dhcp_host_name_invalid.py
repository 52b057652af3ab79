"""The name of a static DHCP host does not begin with a letter or digit, and libvirt refuses to define the network.

Only the letters a to z count, in either case. An empty name is refused too.

## What to do
Rename the host so that its name begins with a letter or a digit. A host without a name has no attribute `name`; it
needs `mac` or `id` instead.

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
lan.xml:6:37: error: invalid host name '_web': expected a letter from a to z or a digit first [dhcp-host-name-invalid]
lan.xml:7:37: error: invalid host name '': expected a letter from a to z or a digit first [dhcp-host-name-invalid]
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
Safe where only underscores, hyphens, dots or spaces precede a name that no other host has, and where an empty name is
removed: libvirt refuses the network as it is. Removing any other name, or the host, is a choice.

## Libvirt
At define: `Cannot use host name '_web' in network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPHostDefParseXML()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Network, Problem, drop_served, edit, fix, heard, known, problem, rule


@rule(
    "dhcp-host-name-invalid",
    code="VN1208",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    taken = {host.node.get("name") for ip in network.ips for host in ip.hosts}
    for host in (host for ip in network.ips for host in ip.hosts):
        place = host.attribute("name")
        if place is None or re.match(STARTS, place.value) or (place.value and known(place.value) is None):
            continue
        name = place.value.lstrip("_-. ")
        plain = re.match(STARTS, name) and name not in taken
        removed = edit.remove_attribute(place) if {"mac", "id"} & host.node.attributes.keys() else ()
        yield problem(
            place,
            f"invalid host name '{place.value}': expected a letter from a to z or a digit first",
            fix(f"Rename it to '{name}'", edit.set_attribute(host.node, "name", name) if plain else (), safety="safe"),
            fix("Remove the name", removed, safety="choice" if place.value else "safe"),
            drop_served(host.node),
            libvirt_message=heard("Cannot use host name '{}' in network '{}'", place.value, network.name),
        )


STARTS = r"[A-Za-z0-9]"
