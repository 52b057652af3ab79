"""Two static DHCP hosts of a network have the same address, MAC address or name.

dnsmasq leases an address to one client only: to the host that the file lists first. The other one gets some address of
the range. Of two hosts with one MAC address the last counts, and a name of two clients leads to either. `virsh net-update`
refuses such a host; when libvirt defines a network, it does not check.

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
A choice: no file tells which of the two is right. Of two with one address the second, which does not get it today, gets
the next free one. Of two with one MAC address the first is removed, which has no effect today. Of two with one name the
second is renamed. Unsafe where the second says exactly what the first does: it is removed.

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
    """What no other host may have, the MAC address first; a name once for each family."""
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
