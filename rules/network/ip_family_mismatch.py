"""The `family` of an `<ip>` does not match its address, and libvirt refuses to define the network.

An IPv6 address needs `family='ipv6'`. libvirt does not derive the family from the address, and without `family` it
expects IPv4.

## What to do
Set `family` to `ipv6` for an IPv6 address, and to `ipv4` for an IPv4 address. If the family is right, correct the
address and its prefix instead.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <ip address='fd00:20::1' prefix='64'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <ip family='ipv6' address='192.168.21.1' prefix='24'/>
  <ip family='ipv4' address='fd00:21::1' prefix='64'/>
</network>
```

## Report
```text
lab.xml:4:7: error: missing attribute 'family' on <ip>: fd00:20::1 is an IPv6 address [ip-family-mismatch]
test.xml:3:7: error: invalid value 'ipv6' for 'family': 192.168.21.1 is an IPv4 address [ip-family-mismatch]
test.xml:4:7: error: invalid value 'ipv4' for 'family': fd00:21::1 is an IPv6 address [ip-family-mismatch]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <ip address='fd00:20::1' prefix='64' family='ipv6'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <ip family='ipv4' address='192.168.21.1' prefix='24'/>
  <ip family='ipv6' address='fd00:21::1' prefix='64'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Fix safety
Safe where the family is missing: the address shows it. Unsafe where another one is given, because the address may be
wrong.

## Libvirt
At define: `no family specified for non-IPv4 address 'fd00:20::1' in network 'lab'`,
`Family 'ipv6' specified for non-IPv6 address '192.168.21.1' in network 'test'`, or
`ipv4 family specified for non-IPv4 address 'fd00:21::1' in network 'test'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkIPDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, rule


@rule(
    "ip-family-mismatch",
    code="VN1119",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        place, declared, address = ip.attribute("family"), ip.family, ip.address
        if address is None or declared is None or declared == f"ipv{address.version}":
            continue
        given = place if place and place.value else None
        wrong = f"invalid value '{declared}' for 'family'" if given else "missing attribute 'family' on <ip>"
        family = f"ipv{address.version}"
        changed = edit.set_attribute(ip.node, "family", family)
        yield problem(
            given or ip.node.attributes["address"],
            f"{wrong}: {address} is an IPv{address.version} address",
            fix(f"Set family to '{family}'", changed, safety="unsafe" if given else "safe"),
            libvirt_message=heard(REFUSED[declared if given else ""], address, network.name),
        )


REFUSED = {
    "": "no family specified for non-IPv4 address '{}' in network '{}'",
    "ipv4": "ipv4 family specified for non-IPv4 address '{}' in network '{}'",
    "ipv6": "Family 'ipv6' specified for non-IPv6 address '{}' in network '{}'",
}
