"""Two networks keep the same DNS domain to themselves, so each knows only half of it.

With `localOnly='yes'` the network's dnsmasq answers alone for the domain. Guests of one network are told that the names of
the other do not exist.

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
test.xml:4:3: warning: 'lan' keeps the domain 'site.example' to itself too, so neither knows the other's names [domain-shared-by-networks]
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
Unsafe: guests get another domain, and who knows them by their full names has to learn the new ones.

## Libvirt
Never.

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
    covers=("C079",),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    domain = network.node.child("domain")
    name = network.local_domain
    namesakes = project.networks_by_domain.get(name, ()) if name else ()
    other = next((each for each in namesakes[:2] if each is not network), None)
    if domain is None or name is None or not namesakes or namesakes[0] is network or other is None:
        return
    if network.name and project.same_host(other, network):
        yield problem(
            domain,
            f"'{other.name}' keeps the domain '{name}' to itself too, so neither knows the other's names",
            fix(
                "Give it a domain below", edit.set_attribute(domain, "name", f"{network.name}.{name}"), safety="unsafe"
            ),
            related=(related(other.node.child("domain") or other, "the other is here"),),
        )
