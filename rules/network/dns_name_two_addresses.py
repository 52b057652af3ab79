"""A name has one address in DNS and another one in DHCP, so guests get both in turn.

dnsmasq answers with the addresses in `<dns>` and with those of the static hosts in `<dhcp>`. If they differ, every
second connection goes to the wrong place. If DNS also has the address of DHCP, the name is meant to have several, and
is not reported. Two addresses in `<dns>` alone may be meant to share the load, so they are an info.

## What to do
Set `ip` in `<dns>` to the address of the static host, or remove the name from `<dns>`. If the address in `<dns>` is the
right one, correct the static host. If two addresses in `<dns>` share the load on purpose, keep them.

## Bad
```xml
<network>
  <name>lan</name>
  <dns>
    <host ip='192.168.20.9'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:4:11: warning: 'web' is 192.168.20.9 in DNS, but 192.168.20.5 in DHCP [dns-name-two-addresses]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <dns>
    <host ip='192.168.20.5'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <dns>
    <host ip='192.168.20.5'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the address in DHCP may be the wrong one.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Address,
    Network,
    Node,
    Problem,
    StaticHost,
    advise,
    edit,
    fix,
    known,
    parse_address,
    problem,
    related,
    repeats,
    rule,
)


@rule("dns-name-two-addresses", code="VN1512", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    dns = network.node.child("dns")
    hostnames = [name for node in (dns.all("host") if dns else ()) for name in node.all("hostname")]
    records = [(node, each.text.strip().lower(), each) for each in hostnames if (node := each.parent)]
    yield from _other_than_leased(records, _leased(network))
    yield from _several_in_dns(records)


def _other_than_leased(
    records: list[tuple[Node, str, Node]], leased: dict[str, dict[Address, StaticHost]]
) -> Iterator[Problem]:
    """Names with another address in DNS than in DHCP."""
    agreed = {name for node, name, _ in records if parse_address(node.get("ip")) in leased.get(name, ())}
    for node, name, hostname in records:
        address = parse_address(known(node.get("ip")))
        others = [each for each in leased.get(name, ()) if address and each.version == address.version]
        if len(others) != 1 or name in agreed:
            continue
        spare = hostname if len(node.all("hostname")) > 1 else node
        yield problem(
            node.attributes["ip"],
            f"'{name}' is {address} in DNS, but {others[0]} in DHCP",
            fix(f"Set ip to {others[0]}", edit.set_attribute(node, "ip", str(others[0])), safety="choice"),
            fix(f"Remove the name '{name}' from DNS", edit.remove(spare), safety="choice"),
            related=(related(leased[name][others[0]], "the static host with this name"),),
        )


def _several_in_dns(records: list[tuple[Node, str, Node]]) -> Iterator[Problem]:
    """Names with two addresses in DNS."""
    for name, first, second in _twice(records):
        yield problem(
            second.attributes["ip"],
            f"'{name}' has two addresses in DNS, {first.get('ip')} and {second.get('ip')}, which answer in turn",
            fix(f"Remove this <host> for {second.get('ip')}", edit.remove(second), safety="choice")
            if len(second.all("hostname")) == 1
            else advise(f"Remove the name '{name}' from one of them", f"<hostname>{name}</hostname>"),
            related=(related(first, "the other address"),),
            severity="info",
        )


def _twice(records: list[tuple[Node, str, Node]]) -> Iterator[tuple[str, Node, Node]]:
    """Each name with different addresses of one family, and the two entries that have them."""

    def key(record: tuple[Node, str, Node]) -> tuple[str, int] | None:
        address = parse_address(known(record[0].get("ip")))
        return (record[1], address.version) if address and record[1] else None

    for (second, name, _), (first, *_), _ in repeats(records, key):
        if parse_address(first.get("ip")) != parse_address(second.get("ip")):
            yield name, first, second


def _leased(network: Network) -> dict[str, dict[Address, StaticHost]]:
    """The static hosts by name in lower case and by address."""
    leased: dict[str, dict[Address, StaticHost]] = {}
    for host in (host for ip in network.ips for host in ip.hosts):
        if host.known("name") and host.address:
            leased.setdefault(str(host.known("name")).lower(), {}).setdefault(host.address, host)
    return leased
