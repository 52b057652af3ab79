"""The DNS of an isolated network asks a server outside, so its guests can send data out in DNS queries.

In an isolated network libvirt tells dnsmasq to answer only from what it knows. A `<forwarder addr=…>` undoes that: the
host passes on every name that a guest asks for, and returns the answer. That is enough for a tunnel out.

## What to do
Remove `<forwarder>`. If guests need certain names, add them as `<host>` in `<dns>`, or forward to a DNS server that is
a guest of this network.

## Bad
```xml
<network>
  <name>lab</name>
  <dns>
    <forwarder addr='8.8.8.8'/>
  </dns>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:5: warning: the network is isolated, but its DNS forwards to 8.8.8.8 [isolated-dns-forwarder]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <dns>
  </dns>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <dns>
    <forwarder domain='lab.example' addr='10.44.0.2'/>
  </dns>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Fix safety
A choice: guests may need the names. A forwarder that is a guest of the network itself or a resolver on the host is not
reported.

## Libvirt
Never: dnsmasq gets `server=8.8.8.8`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, parse_address, problem, rule


@rule(
    "isolated-dns-forwarder",
    code="VN1413",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    dns = network.node.child("dns")
    if network.mode != "isolated" or dns is None or dns.get("enable") == "no" or not network.ips:
        return
    subnets = [ip.subnet for ip in network.ips]
    for forwarder in dns.all("forwarder"):
        address = parse_address(forwarder.get("addr"))
        if address is None or address.is_loopback or any(each is None or address in each for each in subnets):
            continue
        yield problem(
            forwarder,
            f"the network is isolated, but its DNS forwards to {address}",
            fix("Remove <forwarder>", edit.remove(forwarder), safety="choice"),
        )
