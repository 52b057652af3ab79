"""A DNS service record has the port 0, and libvirt refuses to define the network.

Ports are numbered 1 to 65535. Without the attribute port 1 is published, on which a service seldom listens.

## What to do
Set `port` to the one that the service listens on, such as 389 for LDAP. Remove `port` only if the service listens on
port 1.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <srv service='ldap' protocol='tcp' target='directory.example.com' port='0'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:71: error: invalid value '0' for 'port': expected 1 to 65535 [srv-port-zero]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <srv service='ldap' protocol='tcp' target='directory.example.com' port='389'/>
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
    <srv service='ldap' protocol='tcp' target='directory.example.com' port='389'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the fix sets the usual port of the service. Removing the attribute is a choice, because port 1 is then
published.

## Libvirt
At define: `invalid DNS SRV port attribute for service 'ldap' in network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDNSSrvDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, rule


@rule("srv-port-zero", code="VN1219", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for srv in (node for dns in network.node.all("dns")[:1] for node in dns.all("srv")):
        place, service = srv.attributes.get("port"), srv.get("service") or ""
        if place is None or "target" not in srv.attributes or not place.value or place.value.strip("0"):
            continue
        usual = USUAL.get(service.lstrip("_").lower())
        yield problem(
            place,
            f"invalid value '{place.value}' for 'port': expected 1 to 65535",
            fix(f"Set port to {usual}", edit.set_attribute(srv, "port", usual) if usual else (), safety="unsafe"),
            fix("Remove port", edit.remove_attribute(place), safety="choice"),
            libvirt_message=heard(REFUSED, srv.get("service"), network.name),
        )


REFUSED = "invalid DNS SRV port attribute for service '{}' in network '{}'"

USUAL = {
    "http": "80", "https": "443", "imap": "143", "imaps": "993", "kerberos": "88", "kpasswd": "464", "ldap": "389",
    "ldaps": "636", "ntp": "123", "sip": "5060", "sips": "5061", "ssh": "22", "submission": "587",
    "xmpp-client": "5222", "xmpp-server": "5269",
}  # fmt: skip
"""The ports that IANA lists for services that have such records."""
