"""A network's DNS domain is under `.local`, which machines look up by multicast.

`.local` is reserved for multicast DNS. Guests and hosts with Avahi, Bonjour or systemd-resolved often send queries for
such names to everybody on the link instead of the DNS server. So some machines find the names of the network, and
others do not.

## What to do
Use a domain under `internal` or `home.arpa`, or a domain of your own, and change the guests and files that name the old
one. If this is intended, make sure that no machine looks up `.local` by multicast.

## Bad
```xml
<network>
  <name>lab</name>
  <domain name='lab.local'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:11: info: the domain 'lab.local' is under .local, which is reserved for multicast DNS [domain-under-local]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <domain name='lab.internal'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <domain name='lab.internal'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: guests and other files name the domain too.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://www.rfc-editor.org/rfc/rfc6762#section-3
- https://libvirt.org/formatnetwork.html#connectivity
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("domain-under-local", code="VN1703", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    node, domain = network.node.child("domain"), network.dns_domain
    labels = domain.strip(".").split(".") if domain else [""]
    if node is None or labels[-1] != "local":
        return
    new = ".".join((*labels[:-1], "internal"))
    yield problem(
        node.attributes["name"],
        f"the domain '{domain}' is under .local, which is reserved for multicast DNS",
        fix(f"Rename it to '{new}'", edit.set_attribute(node, "name", new), safety="choice"),
    )
