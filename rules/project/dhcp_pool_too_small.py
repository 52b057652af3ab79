"""The DHCP range of a network has fewer addresses than the network has clients.

libvirt limits dnsmasq to as many leases as the ranges have addresses. Static hosts count too, even if their own address
is outside the range. When the limit is reached, the next client gets nothing, even with a reservation.

Clients are the static hosts, and the guests of the project that have no entry. If static hosts outside a range use up
all its leases, it serves nobody else. If the option `dhcp-lease-max` sets another limit for dnsmasq, the rule reports
nothing.

## What to do
Widen the `<range>`, or move it to a part of the subnet that has room for all clients. If the clients are never
connected at the same time, nothing has to change.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.100'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.6'/>
    </dhcp>
  </ip>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.21.1' prefix='24'>
    <dhcp>
      <range start='192.168.21.100' end='192.168.21.101'/>
    </dhcp>
  </ip>
</network>
```
```xml node.xml
<domain type='kvm'>
  <name>node</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
    <interface type='network'>
      <source network='lab'/>
    </interface>
    <interface type='network'>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
lab.xml:5:7: warning: DHCP has 2 addresses for 3 clients [dhcp-pool-too-small]
lan.xml:6:7: warning: DHCP has 1 address for 2 clients [dhcp-pool-too-small]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.102'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.6'/>
    </dhcp>
  </ip>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.21.1' prefix='24'>
    <dhcp>
      <range start='192.168.21.100' end='192.168.21.102'/>
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
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.6'/>
    </dhcp>
  </ip>
</network>
```

## Options
- `spare`: the number of leases to keep free for clients that are not in the files, 0 by default.
```toml
[options.dhcp-pool-too-small]
spare = 20
```
```text
lab.xml:5:7: warning: DHCP has 2 addresses for 3 clients and a reserve of 20 [dhcp-pool-too-small]
lan.xml:6:7: warning: DHCP has 1 address for 2 clients and a reserve of 20 [dhcp-pool-too-small]
```

## Fix safety
Choice: the guests may never run at the same time. The range is extended as far as needed, so that every lease stays
valid. Guests that set their own addresses may already use some of the new ones.

## Libvirt
Never: it starts the network, with a `dhcp-lease-max` of the size of the ranges.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Address,
    Fix,
    Interface,
    Ip,
    Network,
    Problem,
    Project,
    advise,
    edit,
    fix,
    free_range,
    option,
    problem,
    rule,
    widened,
)
from vnetlint.dataclass import dataclass


@dataclass(frozen=True)
class Options:
    spare: int = option(0, least=0, most=65536)


@rule(
    "dhcp-pool-too-small",
    code="VN3314",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
    options=Options,
)
def check(network: Network, project: Project, options: Options) -> Iterator[Problem]:
    ips = [ip for ip in network.ips if ip.ranges]
    unknown = network.is_template or network.sets_dnsmasq("dhcp-lease-max", "dhcp-range")
    if not ips or not network.owns_bridge or unknown or not all(each.size for ip in ips for each in ip.ranges):
        return
    ip = ips[0]
    clients = len(ip.hosts) + len(_unlisted(ip, network, project))
    message = _shortage(ips, clients, options.spare)
    if message is None:
        return
    room = max(clients + options.spare, sum(len(one.hosts) for one in ips) + 1 if _all_are_outside(ip) else 0)
    yield problem(
        ip.ranges[0],
        message,
        (_widen(network, ip, room) or _move(network, ip, room)) if len(ip.ranges) == 1 else (),
        advise(f"Make room for {room} addresses", "<range start='FIRST-ADDRESS' end='LAST-ADDRESS'/>"),
    )


def _shortage(ips: list[Ip], clients: int, spare: int) -> str | None:
    """The message about leases that are missing; None if there are enough."""
    size, wanted = sum(each.size for each in ips[0].ranges), clients + spare
    if size < wanted and (len(ips) == 1 or size < wanted - len(ips[0].hosts)):
        return f"DHCP has {_count(size)} for {_clients(clients, spare)}"
    leases, reserved = sum(each.size for one in ips for each in one.ranges), sum(len(one.hosts) for one in ips)
    if leases <= reserved and _all_are_outside(ips[0]):
        return f"static hosts use up {_all(leases)} of DHCP, so no other client gets one"
    return None


def _all_are_outside(ip: Ip) -> bool:
    """Whether no static host has an address of the ranges."""
    return not any(host.address in each for host in ip.hosts for each in ip.ranges)


def _unlisted(ip: Ip, network: Network, project: Project) -> list[Interface]:
    """The interfaces on the network without a static host, by MAC address, or by name where a host has none."""
    names, macs = {host.known("name") for host in ip.hosts if not host.mac}, {host.mac for host in ip.hosts}
    nics = project.guests.interfaces_on(network)
    return [each for each in nics if each.mac not in macs and each.domain.name not in names]


def _all(leases: int) -> str:
    return "the only lease" if leases == 1 else f"all {leases} leases"


def _count(leases: int) -> str:
    return "1 address" if leases == 1 else f"{leases} addresses"


def _clients(clients: int, spare: int) -> str:
    said = "1 client" if clients == 1 else f"{clients} clients"
    return f"{said} and a reserve of {spare}" if spare else said


def _widen(network: Network, ip: Ip, wanted: int) -> tuple[Fix, ...]:
    """Extend the range to both sides; it keeps all its addresses."""
    found = widened(network, ip, ip.ranges[0], wanted)
    if found is None:
        return ()
    return _changed(f"Widen the range to {found[0]}–{found[1]}", ip, found)


def _move(network: Network, ip: Ip, wanted: int) -> tuple[Fix, ...]:
    """Replace the range by the widest free part of the subnet."""
    found = free_range(ip.subnet, network.held(ip), wanted) if ip.subnet else None
    if found is None:
        return ()
    return _changed(f"Move the range to {found[0]}–{found[1]}", ip, found)


def _changed(title: str, ip: Ip, found: tuple[Address, Address]) -> tuple[Fix, ...]:
    ends = zip(("start", "end"), found, strict=True)
    return fix(title, *(edit.set_attribute(ip.ranges[0].node, name, str(each)) for name, each in ends), safety="choice")
