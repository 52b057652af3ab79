"""The DHCP range of a network has fewer addresses than the network has clients.

libvirt lets dnsmasq give as many leases as the ranges have addresses. Static hosts count too, even if their own
address is outside the range: when the number is used up, the next client gets nothing, even with a reservation.
Clients are the static hosts, and the guests of the project that have no entry.

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
      <range start='192.168.20.100' end='192.168.20.101'/>
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
- `spare`: how many leases are to be left for clients that are not in the files, none unless it is said here.
```toml
[options.dhcp-pool-too-small]
spare = 20
```
```text
lab.xml:5:7: warning: DHCP has 2 addresses for 3 clients and a reserve of 20 [dhcp-pool-too-small]
lan.xml:6:7: warning: DHCP has 1 address for 2 clients and a reserve of 20 [dhcp-pool-too-small]
```

## Fix safety
A choice: the guests may never run together. The range is extended as far as needed, so that every lease stays valid, but
guests that set their addresses themselves may have some of the new ones.

## Libvirt
Never: it starts the network, with a `dhcp-lease-max` of the size of the ranges.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vnetlint.api import (
    Address,
    Fix,
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
)


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
    covers=("C044", "C045"),
    options=Options,
)
def check(network: Network, project: Project, options: Options) -> Iterator[Problem]:
    ips = [ip for ip in network.ips if ip.family == "ipv4" and ip.ranges]
    if not network.owns_bridge or len(ips) != 1 or any(ip.family == "ipv6" and ip.ranges for ip in network.ips):
        return
    ip, names = ips[0], {host.known("name") for host in ips[0].hosts}
    size = sum(each.size for each in ip.ranges)
    nics = project.interfaces_on(network)
    others = [each for each in nics if each.mac not in network.hosts_by_mac and each.domain.name not in names]
    clients = len(ip.hosts) + len(others)
    wanted = clients + options.spare
    if not 0 < size < wanted or network.node.document.source.is_template or not all(each.size for each in ip.ranges):
        return
    yield problem(
        ip.ranges[0],
        f"DHCP has {_count(size)} for {_clients(clients, options.spare)}",
        (_widen(network, ip, wanted, project) or _move(network, ip, wanted, project)) if len(ip.ranges) == 1 else (),
        advise(f"Make room for {wanted} addresses", "<range start='FIRST-ADDRESS' end='LAST-ADDRESS'/>"),
    )


def _count(leases: int) -> str:
    return "1 address" if leases == 1 else f"{leases} addresses"


def _clients(clients: int, spare: int) -> str:
    said = "1 client" if clients == 1 else f"{clients} clients"
    return f"{said} and a reserve of {spare}" if spare else said


def _widen(network: Network, ip: Ip, wanted: int, project: Project) -> tuple[Fix, ...]:
    """Extend the range to both sides, so that every address that it has stays in it."""
    found = project.widened(network, ip, ip.ranges[0], wanted)
    if found is None:
        return ()
    return _changed(f"Widen the range to {found[0]} to {found[1]}", ip, found)


def _move(network: Network, ip: Ip, wanted: int, project: Project) -> tuple[Fix, ...]:
    """Put the widest free part of the subnet in the place of the range."""
    found = free_range(ip.subnet, project.held(network, ip), wanted) if ip.subnet else None
    if found is None:
        return ()
    return _changed(f"Move the range to {found[0]} to {found[1]}", ip, found)


def _changed(title: str, ip: Ip, found: tuple[Address, Address]) -> tuple[Fix, ...]:
    ends = zip(("start", "end"), found, strict=True)
    return fix(title, *(edit.set_attribute(ip.ranges[0].node, name, str(each)) for name, each in ends), safety="choice")
