"""A network's DNS server forwards queries to itself, so they are never answered.

dnsmasq skips a server with an address of its own bridge. With `<forwarder addr=…>` it does not ask the host's servers
either, so no name outside the network is resolved. Two networks that forward to each other fail in the same way.

## What to do
Remove the `<forwarder>`, so that dnsmasq asks the host's servers, or set `addr` to a DNS server outside the network. If
two networks forward to each other, it is enough to change one of them.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <forwarder addr='192.168.20.1'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <dns>
    <forwarder addr='192.168.30.1'/>
  </dns>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <dns>
    <forwarder addr='192.168.21.1'/>
  </dns>
  <ip address='192.168.30.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:5:5: error: DNS queries are forwarded to 192.168.30.1, which forwards them back to this network [dns-forwarder-loop]
lan.xml:5:5: error: DNS queries are forwarded to 192.168.20.1, which is this network's own DNS server [dns-forwarder-loop]
test.xml:5:5: error: DNS queries are forwarded to 192.168.21.1, which forwards them back to this network [dns-forwarder-loop]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <dns>
  </dns>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <dns>
  </dns>
  <ip address='192.168.30.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <forwarder addr='192.168.50.53'/>
    <forwarder domain='lab' addr='192.168.21.1'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe where a network forwards to itself: without another forwarder, dnsmasq then asks the host's servers. Choice where
two networks forward to each other: either of the two may be wrong.

## Libvirt
Never: dnsmasq gets `server=192.168.20.1`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator
from itertools import islice

from vnetlint.api import (
    Address,
    Network,
    Node,
    Problem,
    Project,
    edit,
    fix,
    known,
    parse_address,
    problem,
    related,
    rule,
)


@rule("dns-forwarder-loop", code="VN3400", on=Network, severity="error", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    own = {ip.address for ip in network.ips if ip.address} if network.owns_bridge else set()
    ways = _Ways(network, project, own)
    for forwarder in _forwarders(network) if own else ():
        address = parse_address(known(forwarder.get("addr")))
        back = ways.back(forwarder, address) if address else None
        if address not in own and back is None:
            continue
        yield problem(
            forwarder,
            f"DNS queries are forwarded to {address}, which {OWN if address in own else BACK}",
            fix("Remove <forwarder>", edit.remove(forwarder), safety="unsafe" if address in own else "choice"),
            related=(related(back, "it forwards back here"),) if back else (),
        )


OWN = "is this network's own DNS server"
BACK = "forwards them back to this network"


def _forwarders(network: Network) -> list[Node]:
    dns = network.node.child("dns")
    return dns.all("forwarder") if dns else []


MOST = 100
"""The most forwarders of another network that are looked at for each of this one."""


class _Ways:
    """The forwarders of other networks that send queries to this one."""

    def __init__(self, network: Network, project: Project, own: set[Address]) -> None:
        self._network, self._project, self._own = network, project, own
        self._found: dict[Network, list[Node]] = {}
        self._domains: dict[Network, set[str | None]] = {}

    def back(self, forwarder: Node, address: Address) -> Node | None:
        """Return the forwarder with which the network at the address sends the same queries back."""
        for other in self._project.subnets.networks_at(address, self._network):
            if other not in self._found:
                back = (each for each in _forwarders(other) if parse_address(known(each.get("addr"))) in self._own)
                self._found[other] = list(islice(back, MOST))
            for each in self._found[other]:
                if self._meet(forwarder, each, other):
                    return each
        return None

    def _meet(self, there: Node, back: Node, other: Network) -> bool:
        """Whether there are names that one network forwards to the other, which forwards them back."""
        ours, theirs = there.get("domain"), back.get("domain")
        if ours == theirs:
            return True
        # dnsmasq asks the forwarder of a domain for its names, and one without a domain for all others.
        asked = self._network if ours is None else other
        named = theirs if ours is None else ours
        return (ours is None or theirs is None) and named not in self._domains_of(asked)

    def _domains_of(self, network: Network) -> set[str | None]:
        if network not in self._domains:
            self._domains[network] = {each.get("domain") for each in _forwarders(network)}
        return self._domains[network]
