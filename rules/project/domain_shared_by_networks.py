"""Two networks both claim the same DNS domain as their own, so each resolves only half of its names.

With `localOnly='yes'` only the network's own dnsmasq answers for the domain. For guests of one network, the names of
the other do not exist.

## What to do
Rename the `<domain>` of one network, for example to a subdomain such as `test.site.example`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='site.example' localOnly='yes'/>
  <dns forwardPlainNames='no'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <domain name='site.example' localOnly='yes'/>
  <dns forwardPlainNames='no'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
test.xml:4:3: warning: network 'lan' has the domain 'site.example' too, so neither knows the other's names [domain-shared-by-networks]
```

## Fixed
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <domain name='test.site.example' localOnly='yes'/>
  <dns forwardPlainNames='no'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='lan.site.example' localOnly='yes'/>
  <dns forwardPlainNames='no'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <domain name='test.site.example' localOnly='yes'/>
  <dns forwardPlainNames='no'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Fix safety
Choice: the full names of the guests change, and everything that uses the old ones has to change too.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, related, rule


@rule(
    "domain-shared-by-networks",
    code="VN3401",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    domain, other = network.node.child("domain"), project.identities.dns_domain_rivals.get(network)
    if domain is None or other is None or not network.name:
        return
    name, new = network.dns_domain, f"{network.name}.{network.dns_domain}"
    yield problem(
        domain,
        f"{other.label} has the domain '{name}' too, so neither knows the other's names",
        fix(f"Rename the domain to {new}", edit.set_attribute(domain, "name", new), safety="choice"),
        related=(related(other.node.child("domain") or other, f"{other.label} sets it here"),),
    )
