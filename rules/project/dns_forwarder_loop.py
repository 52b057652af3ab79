"""A network's DNS server forwards queries to itself, so they are never answered.

dnsmasq skips a server with an address of its own bridge. With `<forwarder addr=…>` it does not ask the host's servers
either, so no name outside the network is resolved. Two networks that forward to each other fail in the same way.

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
Unsafe where a network forwards to itself: dnsmasq then asks the host's servers, where there is no other forwarder.
Choice where two networks forward to each other: which of the two is wrong is a guess.

## Libvirt
Never: dnsmasq gets `server=192.168.20.1`.

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
    for forwarder in _forwarders(network) if own else ():
        address = parse_address(known(forwarder.get("addr")))
        beside = project.subnets.networks_at(address, network) if address else ()
        back = next(
            (
                each
                for other in beside
                for each in _forwarders(other)
                if _aims(each, own) and _meet(forwarder, network, each, other)
            ),
            None,
        )
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


def _aims(back: Node, own: set[Address]) -> bool:
    """Whether a forwarder leads to one of the addresses."""
    return parse_address(known(back.get("addr"))) in own


def _meet(there: Node, network: Network, back: Node, other: Network) -> bool:
    """Whether there are names that one network forwards there, and the other back."""
    ours, theirs = there.get("domain"), back.get("domain")
    if ours == theirs:
        return True
    # Of two forwarders the one for a domain is asked for its names, the one without for all others.
    asked = network if ours is None else other
    named = theirs if ours is None else ours
    return (ours is None or theirs is None) and named not in [each.get("domain") for each in _forwarders(asked)]
