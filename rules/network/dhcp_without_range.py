"""`<dhcp>` has neither a range nor a static host, so nobody gets an address.

libvirt lets dnsmasq serve DHCP only if there is something to lease. An empty `<dhcp>` does nothing, and a `<bootp>` in
it has no effect either.

## What to do
Add a `<range>` of free addresses, or a `<host>` for each guest that should get one. If the network needs no DHCP,
remove `<dhcp>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:5:5: warning: <dhcp> has no <range> and no <host>, so libvirt serves no DHCP [dhcp-without-range]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.2' end='192.168.20.254'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.2' end='192.168.20.254'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Adding a range is a choice: it turns on DHCP in a network that works without it today. Removing an empty `<dhcp>` is
unsafe: nothing changes, but DHCP may have been intended. Removing one with a `<bootp>` is a choice.

## Libvirt
Never: it starts the network, and dnsmasq without DHCP.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, el, fix, free_range, problem, rule


@rule(
    "dhcp-without-range",
    code="VN1425",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    templated = network.is_template
    for ip in network.ips if network.owns_bridge and not templated else ():
        if ip.dhcp is None or any(child.name != "bootp" for child in ip.dhcp.children):
            continue
        if ip.node.child("range") or ip.node.child("host"):
            continue  # one level too high, which the schema's rules report
        taken = [ip.address, *(address for address, _ in network.fixed_addresses)]
        found = free_range(ip.subnet, [each for each in taken if each]) if ip.subnet else None
        start, end = map(str, found) if found else ("", "")
        yield problem(
            ip.dhcp,
            "<dhcp> has no <range> and no <host>, so libvirt serves no DHCP",
            fix(
                f"Add a <range> of {start}–{end}",
                edit.insert(ip.dhcp, el("range", {"start": start, "end": end})),
                safety="choice",
            )
            if found
            else (),
            fix("Remove <dhcp>", edit.remove(ip.dhcp), safety="choice" if ip.dhcp.children else "unsafe"),
        )
