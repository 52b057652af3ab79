"""A network's DNS domain is under `.local`, which machines look up by multicast.

`.local` is kept for multicast DNS. Guests and hosts with Avahi, Bonjour or systemd-resolved often send such names to
everybody on the link instead of the DNS server, so the names of the network are found on some machines and not on
others. `home.arpa`, `internal` and a domain of one's own are free of that.

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
lan.xml:3:11: info: the domain 'lab.local' is under .local, which is kept for multicast DNS [domain-under-local]
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
Choice: guests and other files name the domain too.

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
        f"the domain '{domain}' is under .local, which is kept for multicast DNS",
        fix(f"Rename it to '{new}'", edit.set_attribute(node, "name", new), safety="choice"),
    )
