"""A network disables DNS and has records or forwarders for it, and libvirt refuses to define it.

With `enable='no'` nothing answers DNS queries on the network, so libvirt accepts no `<forwarder>`, `<host>`, `<srv>` or
`<txt>` in `<dns>`.

## What to do
If DNS should run, remove `enable='no'`. If not, remove the records and forwarders.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns enable='no'>
    <forwarder addr='192.0.2.53'/>
    <host ip='192.168.20.2'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:8: error: <dns enable='no'> contains <forwarder>: expected no records or forwarders [dns-disabled-with-records]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns enable='no'>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns enable='no'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: either the records are removed, or DNS is enabled. The file does not show which was meant.

## Libvirt
At define: `Extra data in disabled network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDNSDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, rule


@rule(
    "dns-disabled-with-records",
    code="VN1216",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    dns = network.node.child("dns")
    extra = [child for child in dns.children if child.name in EXTRA] if dns is not None else []
    if dns is None or dns.get("enable") != "no" or not extra:
        return
    kinds = " and ".join(f"<{name}>" for name in EXTRA if any(child.name == name for child in extra))
    yield problem(
        dns.attributes["enable"],
        f"<dns enable='no'> contains <{extra[0].name}>: expected no records or forwarders",
        fix(f"Remove {kinds}", *(edit.remove(child) for child in extra), safety="choice"),
        fix("Remove enable='no', so that DNS runs", edit.remove_attribute(dns.attributes["enable"]), safety="choice"),
        libvirt_message=heard("Extra data in disabled network '{}'", network.name),
    )


EXTRA = ("forwarder", "host", "srv", "txt")
