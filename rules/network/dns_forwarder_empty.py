"""A DNS forwarder names neither a server nor a domain, and libvirt refuses to define the network.

`addr` is the server to ask, and `domain` is the domain to ask it about. At least one of them is required.

## What to do
Set `addr` to the address of the DNS server, or `domain` to the domain that the forwarder is for. If no other server is
meant, remove `<forwarder>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <forwarder addr='192.0.2.53'/>
    <forwarder/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:6:5: error: missing attribute 'addr' or 'domain' on <forwarder> [dns-forwarder-empty]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <forwarder addr='192.0.2.53'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <forwarder addr='192.0.2.53'/>
    <forwarder domain='example.com'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe where the element is empty. A choice where it has a port or a text: the address may have been forgotten. The schema's rules
report an element with a misspelt `addr`.

## Libvirt
At define: `Invalid forwarder element, must contain at least one of addr or domain`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDNSForwarderParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, has_strays, problem, rule


@rule("dns-forwarder-empty", code="VN1217", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for forwarder in (node for dns in network.node.all("dns")[:1] for node in dns.all("forwarder")):
        if has_strays(forwarder, "port"):
            continue
        is_begun = bool(forwarder.attributes or forwarder.text.strip())
        yield problem(
            forwarder,
            "missing attribute 'addr' or 'domain' on <forwarder>",
            fix("Remove <forwarder>", edit.remove(forwarder), safety="choice" if is_begun else "safe"),
            advise("Name the server", "<forwarder addr='ADDRESS'/>"),
            libvirt_message="Invalid forwarder element, must contain at least one of addr or domain",
        )
