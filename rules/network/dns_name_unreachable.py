"""An isolated network gives a name to an address that its guests cannot reach.

Guests of an isolated network reach only the addresses of its own subnets. A name for any other address is often a
typing mistake. A network with a `<route>` is not reported, because a guest may lead further. In a NAT, routed or open
network, a private address is reported if no network of the files and no subnet of the host has it.

## What to do
Correct the address in `<host ip='…'>`, or remove the `<host>` from `<dns>`. If this is intended, because guests reach
the address through a second interface, keep it.

## Bad
```xml
<network>
  <name>lan</name>
  <dns>
    <host ip='192.168.2.5'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:11: info: the address 192.168.2.5 is outside the subnets of this isolated network [dns-name-unreachable]
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
  <ip address='192.168.20.1' prefix='24'/>
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
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: the address that was meant is a guess, and guests with a second interface may reach the one in the file.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Address,
    Network,
    Node,
    Problem,
    Project,
    Subnet,
    edit,
    fix,
    known,
    move_into,
    parse_address,
    problem,
    rule,
)


@rule("dns-name-unreachable", code="VN1513", on=Network, severity="info", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    isolated = network.mode == "isolated"
    for node, address, subnet in _outside(network):
        if not isolated and (
            not address.is_private or address.is_unspecified or project.subnets.contain(address, network)
        ):
            continue
        inside, _ = move_into(subnet, address, address)
        yield problem(
            node.attributes["ip"],
            f"the address {address} is {OUTSIDE if isolated else 'in no subnet of these files'}",
            fix(f"Set ip to {inside}", edit.set_attribute(node, "ip", str(inside)), safety="choice"),
            fix("Remove <host> from DNS", edit.remove(node), safety="choice"),
        )


OUTSIDE = "outside the subnets of this isolated network"


def _outside(network: Network) -> Iterator[tuple[Node, Address, Subnet]]:
    """The entries of `<dns>` with an address in no subnet of the network, and the first subnet of the same family."""
    dns, subnets = network.node.child("dns"), [ip.subnet for ip in network.ips]
    if not network.owns_bridge or network.routes or None in subnets or dns is None or dns.get("enable") == "no":
        return
    first = {each.version: each for each in reversed(subnets) if each}
    for node in dns.all("host"):
        address = parse_address(known(node.get("ip")))
        near = first.get(address.version) if address and not address.is_loopback else None
        if address and near and not network.holds(address):
            yield node, address, near
