"""Two static DHCP hosts of a network have the same address, MAC address or name.

dnsmasq leases an address to one client only: to the host that comes first in the file. The other gets some address of
the range. Of two hosts with the same MAC address, the last counts. A name of two clients leads to either of them.
`virsh net-update` refuses such a host, but libvirt does not check when it defines a network.

## What to do
Give each static host its own address, MAC address and name. If the same client is listed twice, remove one of the two.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0e' name='mail' ip='192.168.20.7'/>
      <host mac='52:54:00:0a:0b:0e' name='mx' ip='192.168.20.8'/>
      <host mac='52:54:00:0a:0b:0f' name='web' ip='192.168.20.9'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:8:47: error: duplicate address '192.168.20.5' of a static host [duplicate-static-host]
lan.xml:10:13: error: duplicate MAC address '52:54:00:0a:0b:0e' of a static host [duplicate-static-host]
lan.xml:11:37: warning: duplicate name 'web' of a static host [duplicate-static-host]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.6'/>
      <host mac='52:54:00:0a:0b:0e' name='mx' ip='192.168.20.8'/>
      <host mac='52:54:00:0a:0b:0f' name='web-2' ip='192.168.20.9'/>
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
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.6'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <host name='web' ip='fd00:20::5'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the file does not show which of the two is right. With the same address, the second host gets the next free
one; it does not get the address today. With the same MAC address, the first is removed, because it has no effect today.
With the same name, the second is renamed. Unsafe where the second repeats all of the first: it is removed.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDefUpdateIPDHCPHost(), the only place that compares them
"""

from collections.abc import Iterator

from vnetlint.api import (
    Address,
    Attribute,
    Fix,
    Ip,
    Network,
    Problem,
    StaticHost,
    edit,
    fix,
    next_free,
    problem,
    related,
    rule,
)

KEYS = {"ip": "address", "mac": "MAC address", "name": "name"}


@rule(
    "duplicate-static-host",
    code="VN1424",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    seen: dict[tuple[str, object], StaticHost] = {}
    for ip in network.ips:
        taken = {ip.address, *(host.address for host in ip.hosts)}
        for host in ip.hosts:
            keys = _keys(host, ip)
            same = [key for key in keys if key in seen]
            first = seen[same[0]] if same else None
            seen |= dict.fromkeys(keys, host)
            place = host.attribute(same[0][0]) if same else None
            if first is None or place is None:
                continue
            yield problem(
                place,
                f"duplicate {KEYS[place.name]} '{place.value}' of a static host",
                *_fixes(place, first, host, ip, taken),
                related=(related(first, "the other static host"),),
                severity="warning" if place.name == "name" or _values(host) == _values(first) else None,
            )


def _keys(host: StaticHost, ip: Ip) -> list[tuple[str, object]]:
    """The values that no other host may have, the MAC address first; a name is unique within a family."""
    found = (("mac", host.mac), ("ip", host.address), ("name", (host.known("name") or "").lower()))
    return [(key, (value, ip.family) if key == "name" else value) for key, value in found if value]


def _fixes(
    place: Attribute, first: StaticHost, host: StaticHost, ip: Ip, taken: set[Address | None]
) -> Iterator[tuple[Fix, ...]]:
    if not host.node.children and _values(host) == _values(first):
        yield fix("Remove this <host>, which repeats the other", edit.remove(host.node), safety="unsafe")
        return
    if place.name == "mac":
        yield fix("Remove the first <host>, which has no effect", edit.remove(first.node), safety="choice")
    elif place.name == "name":
        renamed = f"{place.value}-2"
        yield fix(f"Rename this host to '{renamed}'", edit.set_attribute(host.node, "name", renamed), safety="choice")
    elif ip.subnet and host.address and (moved := next_free(ip.subnet, host.address, taken)):
        taken.add(moved)
        yield fix(f"Set ip to {moved}", edit.set_attribute(host.node, "ip", str(moved)), safety="choice")
    yield fix("Remove this <host>", edit.remove(host.node), safety="choice")


def _values(host: StaticHost) -> dict[str, str | None]:
    return {name: attribute.value for name, attribute in host.node.attributes.items()}
