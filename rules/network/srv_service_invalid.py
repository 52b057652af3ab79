"""A DNS service name has invalid characters or too many of them, and libvirt refuses the network.

At most 62 letters, digits and `_-+/*` are allowed. libvirt itself puts the underscore before the name and adds protocol
and domain, so `ldap` is enough for `_ldap._tcp.example.com`.

## What to do
Set `service` to the bare name of the service, such as `ldap`: protocol and domain have attributes of their own. Remove
all other characters, and shorten a name of more than 62. If the record is not needed, remove `<srv>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <srv service='_ldap._tcp.example.com' protocol='tcp' target='directory.example.com' port='389'/>
    <srv service='my service' protocol='tcp' target='web.example.com' port='80'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:10: error: invalid service name '_ldap._tcp.example.com': expected only letters, digits and _-+/* [srv-service-invalid]
lan.xml:6:10: error: invalid service name 'my service': expected only letters, digits and _-+/* [srv-service-invalid]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <srv service='ldap' protocol='tcp' target='directory.example.com' port='389'/>
    <srv service='myservice' protocol='tcp' target='web.example.com' port='80'/>
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
    <srv service='ldap' protocol='tcp' domain='example.com' target='directory.example.com' port='389'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe where the whole name of a record is given: the service is taken from it. Otherwise a choice: the fix leaves out
what is not allowed.

## Libvirt
At define: `invalid character in service attribute 'my service' in DNS SRV record of network 'lan'`. A name of more than
482 bytes is refused too: `service attribute '…' in network 'lan' is too long, limit is 482 bytes`. At start dnsmasq
refuses one that is longer than 62 characters: `bad SRV record at line 12 of /var/lib/libvirt/dnsmasq/lan.conf`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDNSSrvDefParseXML()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, known, problem, rule


@rule("srv-service-invalid", code="VN1220", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for srv in (node for dns in network.node.all("dns")[:1] for node in dns.all("srv")):
        place, service = srv.attributes.get("service"), known(srv.get("service"))
        if place is None or service is None:
            continue
        record = re.match(r"_?([A-Za-z0-9-]+)\._(?:tcp|udp)(?:\.|$)", service)
        meant = record[1] if record else re.sub(r"[^A-Za-z0-9_+/*-]", "", service)
        length = len(service.encode())
        if meant == service and length <= LABEL:
            continue
        named = edit.set_attribute(srv, "service", meant) if 0 < len(meant) <= LABEL else ()
        yield problem(
            place,
            SAYS_LONG if length > LABEL and meant == service else SAYS.format(service),
            fix(f"Set service to '{meant}'", named, safety="unsafe" if record else "choice"),
            fix("Remove <srv>", edit.remove(srv), safety="choice"),
            when="start" if meant == service and length <= READ else None,
            libvirt_message=heard(
                TOO_LONG if length > READ else INVALID if meant != service else BAD_RECORD, service, network.name
            ),
        )


SAYS = "invalid service name '{}': expected only letters, digits and _-+/*"
LABEL, READ = 62, 482
"""How many characters fit into a DNS label after the underscore, and how many bytes libvirt reads."""

SAYS_LONG = f"the service name is too long: expected at most {LABEL} characters"
BAD_RECORD = "bad SRV record at line"
TOO_LONG = "service attribute '{}' in network '{}' is too long, limit is 482 bytes"
INVALID = "invalid character in service attribute '{}' in DNS SRV record of network '{}'"
