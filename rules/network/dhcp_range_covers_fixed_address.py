"""A DHCP range includes an address that is already in use.

dnsmasq leases any address of its range that is free. It knows its own leases and the addresses of static `<host>`
entries. It also skips the address of the bridge, so a range of only this address serves nobody. A guest may set its
address itself, as a name record, a static route or the `IP` of its filter shows. dnsmasq does not know of it: it only
tries a ping, and a guest that is off does not answer.

## What to do
Shorten the range, or split it around the address. If the guest should get this address by DHCP, add a static `<host>`
for it. If the address is not in use any more, remove the record, route or `IP` that names it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <host ip='192.168.20.80'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.1' end='192.168.20.30'/>
      <range start='192.168.20.60' end='192.168.20.99'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:11:7: info: the range includes 192.168.20.1, the address of the bridge [dhcp-range-covers-fixed-address]
lan.xml:12:7: info: the range includes 192.168.20.80, which a guest uses [dhcp-range-covers-fixed-address]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns>
    <host ip='192.168.20.80'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.2' end='192.168.20.30'/>
      <range start='192.168.20.60' end='192.168.20.79'/>
      <range start='192.168.20.81' end='192.168.20.99'/>
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
    <host ip='192.168.20.80'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.60' end='192.168.20.99'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.80'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Safe where the address is the bridge's own and at an end of the range: dnsmasq never leases it. Unsafe elsewhere: a
guest that has the address by DHCP today gets another one. Removing a range that has no other address is a choice.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virsocketaddr.c, virSocketAddrGetRange(), which compares with the subnet alone
"""

from collections.abc import Iterator
from itertools import islice

from vnetlint.api import (
    Address,
    Fix,
    Network,
    Node,
    OrderedAddresses,
    Problem,
    Project,
    Range,
    edit,
    el,
    fix,
    parse_address,
    problem,
    related,
    rule,
    without,
)


@rule(
    "dhcp-range-covers-fixed-address",
    code="VN1420",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    guests = [*network.fixed_addresses, *_allowed(network, project)]
    bridges = {each.address: each.node for each in reversed(network.ips) if each.address}
    fixed = {**dict(reversed(guests)), **bridges}
    ordered = OrderedAddresses(fixed)
    for ip in (each for each in network.ips if each.ranges):
        reserved = {host.address for host in ip.hosts} - bridges.keys()
        for each in ip.ranges:
            found = (address for address in ordered.within(each.start, each.end) if address not in reserved)
            held = {address: fixed[address] for address in islice(found, MOST)}
            if not held:
                continue
            alone = each.size == 1 and ip.address in held
            yield problem(
                each,
                f"the range has only {ip.address}, the address of the bridge" if alone else _message(held),
                _take_out(each, list(held), ip.address),
                related=tuple(related(node, "the address is set here") for node in held.values()),
                severity="warning" if alone else None,
            )


MOST = 100
"""The most addresses of a range that are looked at, so that many ranges with many addresses take no time."""


def _allowed(network: Network, project: Project) -> list[tuple[Address, Node]]:
    """The addresses that guests must have, because their filters allow no other."""
    references = [each.filterref for each in project.guests.interfaces_on(network) if each.filterref]
    places = [each for reference in references for each in reference.parameters if each.name == "IP"]
    return [(address, each.node) for each in places if (address := parse_address(each.value))]


def _message(held: dict[Address, Node]) -> str:
    if len(held) > 1:
        return f"the range includes {len(held) if len(held) < MOST else f'at least {MOST}'} addresses that are taken"
    ((address, node),) = held.items()
    return f"the range includes {address}, {'the address of the bridge' if node.name == 'ip' else 'which a guest uses'}"


def _take_out(each: Range, taken: list[Address], bridge: Address | None) -> tuple[Fix, ...]:
    """A fix that shortens the range, or splits it around the addresses."""
    parts = [(each.start, each.end)] if each.start and each.end else []
    for address in sorted(taken, key=int):
        parts[-1:] = without(*parts[-1], address) if parts else ()
    if not parts:
        return fix("Remove <range>", edit.remove(each.node), safety="choice")
    (start, end), *more = parts
    edits = [edit.set_attribute(each.node, "start", str(start))] if start != each.start else []
    edits += [edit.set_attribute(each.node, "end", str(end))] if end != each.end else []
    leases = [
        el("lease", {name: place.value for name, place in node.attributes.items()}) for node in each.node.all("lease")
    ]
    added = [el("range", {"start": str(first), "end": str(last)}, *leases) for first, last in more]
    edits += [edit.insert_after(each.node, *added)] if added else []
    never_leased = taken == [bridge] and not more
    around = str(taken[0]) if len(taken) == 1 else f"{len(taken)} addresses"
    title = f"Split the range around {around}" if more else f"Shorten the range to {start}–{end}"
    return fix(title, *edits, safety="safe" if never_leased else "unsafe")
