"""A DNS domain is registered with the host's resolver without being local, and libvirt refuses to define the network.

`register='yes'` makes systemd-resolved on the host ask the network's DNS server about the domain. If the domain were
not local, dnsmasq would in turn ask the host for names that it does not know.

## What to do
Set `localOnly='yes'` on `<domain>` if the network's DNS server knows all names of the domain. Remove `register` if
other servers know some of them.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='lan.example.com' register='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:34: error: register='yes' needs localOnly='yes' [register-without-localonly]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='lan.example.com' register='yes' localOnly='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <domain name='lan.example.com' localOnly='yes' register='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: names of the domain that the network does not know are then looked up nowhere else. Removing `register` is a
choice.

## Libvirt
At define, since libvirt 10.1.0: `attribute 'register=yes' in <domain> element requires 'localOnly=yes' in network lan`.
Older versions do not know the attribute and ignore it.

Seen on 11.3 and 12.8; 9.0 does not know the attribute.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, has_strays, heard, problem, rule


@rule(
    "register-without-localonly",
    code="VN1221",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    domain = network.node.child("domain")
    if domain is None or domain.get("register") != "yes" or has_strays(domain, "name", "localOnly", "register"):
        return
    if domain.get("localOnly") not in (None, "no") or project.has_older_libvirt("10.1.0"):
        return
    yield problem(
        domain.attributes["register"],
        "register='yes' needs localOnly='yes'",
        fix("Set localOnly to 'yes'", edit.set_attribute(domain, "localOnly", "yes"), safety="unsafe"),
        fix("Remove register", edit.remove_attribute(domain.attributes["register"]), safety="choice"),
        libvirt_message=heard(REFUSED, network.name),
    )


REFUSED = "attribute 'register=yes' in <domain> element requires 'localOnly=yes' in network {}"
