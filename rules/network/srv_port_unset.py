"""A service record names a server but no port, so clients are sent to port 1.

libvirt passes no port to dnsmasq, which then publishes port 1, where no service listens.

## What to do
Set `port` to the one that the service listens on, such as 389 for LDAP.

## Bad
```xml
<network>
  <name>lan</name>
  <dns>
    <srv service='ldap' protocol='tcp' domain='example.com' target='dc.example.com'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:5: warning: missing attribute 'port' on <srv>: clients are sent to port 1 [srv-port-unset]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <dns>
    <srv service='ldap' protocol='tcp' domain='example.com' target='dc.example.com' port='389'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <dns>
    <srv service='ldap' protocol='tcp' domain='example.com' target='dc.example.com' port='389'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the fix sets the usual port of the service, if it is a common one. Otherwise only the attribute is shown.

## Libvirt
Never: dnsmasq gets `srv-host=_ldap._tcp.example.com,dc.example.com`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, known, problem, rule


@rule("srv-port-unset", code="VN1514", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    dns = network.node.child("dns")
    for srv in dns.all("srv") if dns else ():
        if known(srv.get("target")) is None or srv.get("target") == "." or "port" in srv.attributes:
            continue
        port = PORTS.get((srv.get("service") or "").lower())
        yield problem(
            srv,
            "missing attribute 'port' on <srv>: clients are sent to port 1",
            fix(f"Set port to {port}", edit.set_attribute(srv, "port", str(port)) if port else (), safety="unsafe"),
            () if port else advise("Add the port of the service", "port='NUMBER'"),
        )


PORTS = {
    "ldap": 389,
    "ldaps": 636,
    "kerberos": 88,
    "kpasswd": 464,
    "sip": 5060,
    "sips": 5061,
    "http": 80,
    "https": 443,
    "xmpp-client": 5222,
    "xmpp-server": 5269,
    "imap": 143,
    "imaps": 993,
    "submission": 587,
    "ntp": 123,
    "smtp": 25,
}
