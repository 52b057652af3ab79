"""A name has one address in DNS and another one by DHCP, and guests get both answers in turn.

dnsmasq answers with the addresses of `<dns>` and with those of the static hosts of `<dhcp>`. Where they differ, every
second connection goes to the wrong place. A name that DNS gives the address of DHCP too is meant to have several. Two
addresses in `<dns>` alone may be meant to share the load, so they are an info.

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
    dns, leased = network.node.child("dns"), _leased(network)
    hostnames = [name for node in (dns.all("host") if dns else ()) for name in node.all("hostname")]
    records = [(node, each.text.strip().lower(), each) for each in hostnames if (node := each.parent)]
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
            related=(related(leased[name][others[0]], "the static host of that name"),),
        )

    for name, first, second in _twice(records) if dns else ():
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
    """Each name that two entries give different addresses of one family, with both."""

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
