"""Two static DHCP entries of a network have the same address, MAC address or name.

dnsmasq gives an address to one client only: the second to ask gets some address of the range instead. Of two entries
with one MAC address the last counts. And a name of two clients leads to either. `virsh net-update` refuses such an entry;
when it defines a network, libvirt does not look.

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
lan.xml:8:47: error: another static entry has the address '192.168.20.5' too [duplicate-static-host]
lan.xml:10:13: error: another static entry has the MAC address '52:54:00:0a:0b:0e' too [duplicate-static-host]
lan.xml:11:37: warning: another static entry has the name 'web' too [duplicate-static-host]
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
Unsafe: which of the two is right no file tells. The fix gives the second entry the next free address or another name;
of two with one MAC address it removes the first, which has no effect today.

## Libvirt
Never: it starts the network.

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
    covers=("C052", "C053", "C054"),
)
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        seen: dict[tuple[str, object], StaticHost] = {}
        taken = {ip.address, *(host.address for host in ip.hosts)}
        for host in ip.hosts:
            same = [key for key in _keys(host) if key in seen]
            first = seen[same[0]] if same else None
            seen |= dict.fromkeys(_keys(host), host)
            place = host.attribute(same[0][0]) if same else None
            if first is None or place is None:
                continue
            yield problem(
                place,
                f"another static entry has the {KEYS[place.name]} '{place.value}' too",
                _remedy(place, first, host, ip, taken),
                fix("Remove <host>", edit.remove(host.node), safety="unsafe"),
                related=(related(first, "the other is here"),),
                severity="warning" if place.name == "name" else None,
            )


def _keys(host: StaticHost) -> list[tuple[str, object]]:
    """What no other entry may have; of two that say the same of one client the MAC address tells."""
    found = (("mac", host.mac), ("ip", host.address), ("name", host.known("name")))
    return [(key, value) for key, value in found if value is not None]


def _remedy(
    place: Attribute, first: StaticHost, host: StaticHost, ip: Ip, taken: set[Address | None]
) -> tuple[Fix, ...]:
    if place.name == "mac":
        return fix("Remove the first", edit.remove(first.node), safety="unsafe")
    if place.name == "name":
        renamed = f"{place.value}-2"
        return fix(f"Name it {renamed}", edit.set_attribute(host.node, "name", renamed), safety="unsafe")
    moved = next_free(ip.subnet, host.address, taken) if ip.subnet and host.address else None
    taken.add(moved)
    return fix(f"Make it {moved}", edit.set_attribute(host.node, "ip", str(moved)), safety="unsafe") if moved else ()
