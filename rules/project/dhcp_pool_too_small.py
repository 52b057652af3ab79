"""The DHCP range of a network has fewer addresses than the network has clients.

libvirt lets dnsmasq give as many leases as the ranges have addresses. Static hosts count among them also where their own
address lies outside the range: when the number is used up, the next client gets nothing, and be it one that has a
reservation. Clients are the static hosts, and the guests of the project that have no entry.

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
lab.xml:5:7: warning: DHCP gives 2 leases, and there are 3 clients [dhcp-pool-too-small]
lan.xml:6:7: warning: DHCP gives one lease, and there are 2 clients [dhcp-pool-too-small]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.7' end='192.168.20.254'/>
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
      <range start='192.168.21.2' end='192.168.21.254'/>
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
lab.xml:5:7: warning: DHCP gives 2 leases, and there are 3 clients and 20 to spare [dhcp-pool-too-small]
lan.xml:6:7: warning: DHCP gives one lease, and there are 2 clients and 20 to spare [dhcp-pool-too-small]
```

## Fix safety
Unsafe: guests that set their addresses themselves may have some of the new range, which is the widest free part of the
subnet.

## Libvirt
Never: it starts the network, with a `dhcp-lease-max` of the size of the ranges.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vnetlint.api import Fix, Ip, Network, Problem, Project, advise, edit, fix, free_range, option, problem, rule


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
        f"DHCP gives {_count(size)}, and there are {_clients(clients, options.spare)}",
        _widen(network, ip, wanted),
    )


def _count(leases: int) -> str:
    return "one lease" if leases == 1 else f"{leases} leases"


def _clients(clients: int, spare: int) -> str:
    said = "one client" if clients == 1 else f"{clients} clients"
    return f"{said} and {spare} to spare" if spare else said


def _widen(network: Network, ip: Ip, clients: int) -> tuple[Fix, ...]:
    """Put the widest free part of the subnet in the place of the one range."""
    taken = (ip.address, *(host.address for host in ip.hosts), *(address for address, _ in network.fixed_addresses))
    found = free_range(ip.subnet, [each for each in taken if each], clients) if ip.subnet else None
    if found is None or len(ip.ranges) > 1:
        return advise(f"Make room for {clients} leases", "<range start='FIRST-ADDRESS' end='LAST-ADDRESS'/>")
    node, (start, end) = ip.ranges[0].node, found
    edits = edit.set_attribute(node, "start", str(start)), edit.set_attribute(node, "end", str(end))
    return fix(f"Lease {start} to {end}", *edits, safety="unsafe")
