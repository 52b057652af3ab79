"""A static host has an address and nothing that identifies the guest, so libvirt refuses to define the network.

dnsmasq recognises an IPv4 client by its MAC address or by the name that it sends. A DUID in `id` is only for IPv6, where
the MAC address is not shown.

## What to do
Add the guest's `mac`, which `virsh domiflist` shows, or its `name`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host ip='192.168.20.5'/>
      <host id='0:3:0:1:52:54:0:a:b:d' ip='192.168.20.6'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <host ip='fd00:20::5'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:7: error: this static host needs a 'mac' or a 'name' [static-host-unidentified]
lan.xml:7:7: error: this static host needs a 'mac' or a 'name': 'id' is for IPv6 [static-host-unidentified]
lan.xml:12:7: error: this static host needs an 'id' or a 'name' [static-host-unidentified]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0d' ip='192.168.20.6'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.20.5'/>
      <host id='0:3:0:1:52:54:0:a:b:d' name='db' ip='192.168.20.6'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <host id='0:3:0:1:52:54:0:a:b:c' ip='fd00:20::5'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the host is removed. Where an IPv4 host has a DUID that is made from a MAC address (DUID-LL or DUID-LLT), it
gets that address instead.

## Libvirt
At define: `Static host definition in IPv4 network 'lan' must have mac or name attribute`
At define: `Static host definition in IPv6 network 'lan' must have id or name attribute`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPHostDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Network,
    Problem,
    StaticHost,
    drop_served,
    edit,
    fix,
    has_strays,
    heard,
    parse_mac,
    problem,
    rule,
)

NEEDS = {"ipv4": ("a 'mac' or a 'name'", ("mac", "name")), "ipv6": ("an 'id' or a 'name'", ("id", "name", "mac"))}
"""What identifies a host of a family. That one of IPv6 has a MAC address is another rule's."""


@rule(
    "static-host-unidentified",
    code="VN1231",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
    explains="schema-missing-attribute",
)
def check(network: Network) -> Iterator[Problem]:
    for host, family in ((host, ip.family) for ip in network.ips if ip.family for host in ip.hosts):
        words, names = NEEDS[family]
        is_told = any(host.attribute(name) for name in names)
        if is_told or host.node.has_unknown_attributes or has_strays(host.node, "id", "ip"):
            continue
        yield problem(
            host,
            f"this static host needs {words}" + (": 'id' is for IPv6" if host.attribute("id") else ""),
            _as_mac(host),
            drop_served(host.node),
            libvirt_message=heard(REFUSED[family], network.name),
        )


def _as_mac(host: StaticHost) -> tuple[Fix, ...]:
    """The MAC address that a DUID is made of (RFC 8415): behind its type and that of the hardware, maybe with a time."""
    place, parts = host.attribute("id"), (host.known("id") or "").split(":")
    kind = [each.lstrip("0") for each in parts[:4]]
    is_made_of_one = (kind, len(parts)) in ((["", "3", "", "1"], 10), (["", "1", "", "1"], 14))
    mac = parse_mac(":".join(each.zfill(2) for each in parts[-6:])) if is_made_of_one else None
    if place is None or mac is None:
        return ()
    as_mac = (edit.rename_attribute(place, "mac"), edit.set_attribute(host.node, "id", mac))
    return fix(f"Replace id with mac='{mac}', of which that DUID is made", *as_mac, safety="choice")


REFUSED = {
    "ipv4": "Static host definition in IPv4 network '{}' must have mac or name attribute",
    "ipv6": "Static host definition in IPv6 network '{}' must have id or name attribute",
}
