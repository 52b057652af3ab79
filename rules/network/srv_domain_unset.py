"""A service record has no domain, and the network has none to use instead.

Clients look up a service in a domain: `_ldap._tcp.example.com`. Without `domain`, dnsmasq uses the network's
`<domain>`. If there is none either, it publishes the bare `_ldap._tcp`, which nobody looks up.

## What to do
Set `domain` of `<srv>` to the domain in which clients look up the service, or add a `<domain>` to the network.

## Bad
```xml
<network>
  <name>lab</name>
  <dns>
    <srv service='ldap' protocol='tcp' target='ldap.example.com' port='389'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:5: info: missing attribute 'domain' on <srv>: the network has no <domain> [srv-domain-unset]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <dns>
    <srv service='ldap' protocol='tcp' target='ldap.example.com' port='389' domain='example.com'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <domain name='example.com'/>
  <dns>
    <srv service='ldap' protocol='tcp' target='ldap.example.com' port='389'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: the domain of the server is a guess.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- dnsmasq(8), --srv-host
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, known, problem, rule


@rule("srv-domain-unset", code="VN1702", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    dns = network.node.child("dns")
    if dns is None or network.node.child("domain") is not None or network.sets_dnsmasq("domain"):
        return
    for srv in dns.all("srv"):
        if srv.get("domain") or srv.has_unknown_attributes:
            continue
        domain = (known(srv.get("target")) or "").partition(".")[2].strip(".")
        yield problem(
            srv,
            "missing attribute 'domain' on <srv>: the network has no <domain>",
            fix(f"Set domain to '{domain}'", edit.set_attribute(srv, "domain", domain), safety="choice")
            if domain
            else (),
            () if domain else advise("Add the domain that clients look in", "domain='DOMAIN'"),
        )
