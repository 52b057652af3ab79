"""Two DHCP ranges share addresses.

dnsmasq still leases each address only once. But libvirt limits the number of leases to the sum of the sizes of all
ranges, so the limit is higher than the number of addresses. Usually one of the ranges was meant to be different.

## What to do
Merge the two ranges, or remove one that is within the other. If one of them has a wrong `start` or `end`, correct it
instead.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.150'/>
      <range start='192.168.20.140' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:7:7: warning: the ranges 192.168.20.100 to 192.168.20.150 and 192.168.20.140 to 192.168.20.200 overlap [dhcp-ranges-overlap]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
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
      <range start='192.168.20.100' end='192.168.20.150'/>
      <range start='192.168.20.151' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Unsafe: the same addresses are leased, but one of the ranges may have been meant to be different. A choice where the
range that is removed has a lease time of its own.

## Libvirt
Never: it starts the network with `dhcp-lease-max` as the sum of both.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfDHCP()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Range, edit, fix, problem, related, rule


@rule(
    "dhcp-ranges-overlap",
    code="VN1421",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        before: Range | None = None
        for each in sorted((one for one in ip.ranges if one.size), key=lambda one: (int(one.start or 0), -one.size)):
            if before is None or each.start not in before:
                before = each
                continue
            within = each.end in before
            joined = [] if within else [edit.set_attribute(before.node, "end", str(each.end))]
            title = "Remove the inner range" if within else f"Merge them into {before.start}–{each.end}"
            yield problem(
                each,
                f"the ranges {before.start} to {before.end} and {each.start} to {each.end} overlap",
                fix(title, *joined, edit.remove(each.node), safety="choice" if each.node.children else "unsafe"),
                related=(related(before, "the other range"),),
            )
            before = before if within else each
