"""A DNS service record has a port, priority or weight but no target, and libvirt refuses to define the network.

Without `target` the record announces that the domain does not have the service, so a port, priority or weight makes no
sense.

## What to do
Set `target` to the host that has the service. To announce that the domain does not have it, remove `port`, `priority`
and `weight`. If the record is not needed, remove `<srv>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <srv service='ldap' protocol='tcp' port='389'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='directory' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:5:5: error: missing attribute 'target' on <srv>: 'port' needs it [srv-without-target]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <srv service='ldap' protocol='tcp' port='389' target='directory'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='directory' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <srv service='ldap' protocol='tcp' target='directory.example.com' port='389'/>
    <srv service='sip' protocol='udp'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: the target is a guess. The fix sets the only host that the network knows by name. If there is none or more
than one, it removes the record.

## Libvirt
At define: `DNS SRV port attribute not permitted without target for service 'ldap' in network 'lan'`, and the same for
priority and weight

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDNSSrvDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, has_strays, heard, problem, rule


@rule("srv-without-target", code="VN1218", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    names = list(network.host_records)
    for srv in (node for dns in network.node.all("dns")[:1] for node in dns.all("srv")):
        extra = [srv.attributes[name] for name in ("port", "priority", "weight") if name in srv.attributes]
        if has_strays(srv, "service", "protocol", "domain", "port", "priority", "weight") or not extra:
            continue
        service, also = srv.get("service"), " and ".join(each.name for each in extra)
        named = edit.set_attribute(srv, "target", names[0]) if len(names) == 1 else ()
        yield problem(
            srv,
            f"missing attribute 'target' on <srv>: '{extra[0].name}' needs it",
            fix(f"Set target to '{''.join(names[:1])}'", named, safety="choice"),
            fix("Remove <srv>", edit.remove(srv), safety="choice"),
            fix(f"Remove {also}, to announce no such service", *map(edit.remove_attribute, extra), safety="choice"),
            advise("Name the host that has the service", "target='HOST'"),
            libvirt_message=heard(REFUSED, extra[0].name, service, network.name),
        )


REFUSED = "DNS SRV {} attribute not permitted without target for service '{}' in network '{}'"
