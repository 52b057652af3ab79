"""A network keeps its own domain local, but forwards names without a domain to outside servers.

With `localOnly='yes'`, dnsmasq does not forward names of the domain. A bare name such as `web` that dnsmasq does not
know still goes to outside servers, unless `<dns forwardPlainNames='no'/>` is set.

## What to do
Set `forwardPlainNames='no'` on `<dns>`, and `localOnly='yes'` on `<domain>` if names of the domain have to stay local
too. If outside servers know such names, this is intended: set `forwardPlainNames='yes'`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='lan.example' localOnly='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:3: info: dnsmasq forwards names without a domain to outside servers [plain-names-leak]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='lan.example' localOnly='yes'/>
  <dns forwardPlainNames='no'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='lan.example' localOnly='yes'/>
  <dns forwardPlainNames='no'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: a bare name that only an outside server knows is no longer resolved. Setting `localOnly` too is a choice.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, known, problem, rule, set_child


@rule("plain-names-leak", code="VN1515", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    domain, dns = network.node.child("domain"), network.node.child("dns")
    if network.mode not in ("nat", "route", "open") or domain is None:
        return
    local, plain = domain.get("localOnly"), set_child(network.node, "dns", "forwardPlainNames", "no")
    if dns is not None and ("forwardPlainNames" in dns.attributes or dns.get("enable") == "no"):
        return
    if local == "yes":
        message = "dnsmasq forwards names without a domain to outside servers"
        yield problem(domain, message, fix("Set forwardPlainNames to 'no'", plain, safety="unsafe"))
    elif local in (None, "no") and known(domain.get("name")):
        message = f"dnsmasq forwards names of '{domain.get('name')}' that it does not know to outside servers"
        kept = edit.set_attribute(domain, "localOnly", "yes")
        yield problem(domain, message, fix("Keep them: set localOnly to 'yes'", kept, plain, safety="choice"))
