"""Two networks, or a network and the host, have overlapping subnets, so one of them is unreachable.

Each address leads to one place. libvirt starts only one of two networks with the same IPv4 subnet, and no network
whose subnet the host already has a route to. It does not compare subnets that merely overlap, or IPv6 subnets. Then
both networks start, but the host finds the addresses behind only one of them, and the guests in the other get no
replies. This is common on a host that is itself a guest: libvirt's network `default` has 192.168.122.0/24 on both.

## What to do
Move one of the networks to a subnet that nothing else uses: change its `<ip>`, DHCP ranges and static hosts together.
If the networks are on different hosts, or the wider subnet is reached through a gateway on purpose, leave them as they
are.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <bridge name='virbr6'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.20.5'/>
      <bootp file='pxe.0' server='192.168.20.2'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml edge.xml
<network>
  <name>edge</name>
  <ip address='192.168.20.129' prefix='25'/>
  <ip address='192.168.50.1' prefix='24'/>
</network>
```
```xml site.xml
<network>
  <name>site</name>
  <forward mode='route'/>
  <ip address='192.168.60.129' prefix='25'/>
</network>
```
```xml default.xml
<network>
  <name>default</name>
  <forward mode='nat'/>
  <bridge name='virbr0'/>
  <ip address='192.168.122.1' netmask='255.255.255.0'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]},
                {"name": "eth1", "addresses": ["192.168.60.10/24"]},
                {"name": "eth2", "addresses": ["192.168.122.45/24"]}]}
```

## Report
```text
default.xml:5:3: error: subnet 192.168.122.0/24 is already used by eth2 of the host [subnet-overlap]
edge.xml:3:3: warning: subnet 192.168.20.128/25 is within 192.168.20.0/24 of network 'lab' [subnet-overlap]
edge.xml:4:3: error: subnet 192.168.50.0/24 is already used by eth0 of the host [subnet-overlap]
site.xml:4:3: warning: subnet 192.168.60.128/25 is within 192.168.60.0/24 of eth1 of the host [subnet-overlap]
test.xml:5:3: error: subnet 192.168.20.0/24 is already used by network 'lab' [subnet-overlap]
test.xml:12:3: warning: subnet fd00:20::/64 is already used by network 'lab' [subnet-overlap]
```

## Fixed
```xml test.xml
<network>
  <name>test</name>
  <forward mode='nat'/>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='192.168.21.100' end='192.168.21.200'/>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.21.5'/>
      <bootp file='pxe.0' server='192.168.21.2'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20:0:1::1' prefix='64'/>
</network>
```
```xml edge.xml
<network>
  <name>edge</name>
  <ip address='192.168.22.1' prefix='25'/>
  <ip address='192.168.23.1' prefix='24'/>
</network>
```
```xml site.xml
<network>
  <name>site</name>
  <forward mode='route'/>
  <ip address='192.168.22.129' prefix='25'/>
</network>
```
```xml default.xml
<network>
  <name>default</name>
  <forward mode='nat'/>
  <bridge name='virbr0'/>
  <ip address='192.168.24.1' netmask='255.255.255.0'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]},
                {"name": "virbr6", "kind": "bridge", "addresses": ["192.168.21.1/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}]}
```

## Fix safety
Choice: guests that set their address themselves, and everything else that knows the old addresses, have to follow. The
fix takes the next subnet of the same size that is free in the project and on the host, and keeps the host part of
every address of the network. Networks in different folders may be on different hosts, so for them the finding is an
info. It is also an info for a subnet within a wider one that the host reaches through a gateway, such as that of a
VPN: the more specific route wins, and that is usually intended.

## Libvirt
At start of the second network, where both subnets are IPv4 and equal:
`Network is already in use by interface virbr0`, with the name of the other network's bridge or of the host's interface.
Otherwise never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver_linux.c, networkCheckRouteCollision()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Ip,
    Network,
    Problem,
    Project,
    Severity,
    Subnet,
    Taken,
    advise,
    problem,
    related,
    renumber,
    rule,
)


@rule(
    "subnet-overlap",
    code="VN3011",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    for ip, other in ((ip, project.subnets.overlaps.get(ip)) for ip in network.ips):
        if other is None or ip.subnet is None:
            continue
        owner = other.network.label if other.network else _on_host(other)
        severity = _severity(network, ip, other, project)
        yield problem(
            ip,
            _message(ip.subnet, other.subnet, owner),
            _renumber(network, ip, project),
            related=(related(other.ip, f"the subnet of {owner}"),) if other.ip else (),
            severity=severity,
            when="never" if severity else None,
            libvirt_message=None if severity else f"{IN_USE} {other.device or ''}".rstrip(),
        )


def _severity(network: Network, ip: Ip, other: Taken, project: Project) -> Severity | None:
    """None where libvirt refuses to start; an info where the other is on another host, or the overlap is intended."""
    nearby = other.network is None or project.same_host(other.network, network)
    intended = ip.subnet is not None and other.routed and other.subnet.prefixlen < ip.subnet.prefixlen
    if not nearby or intended:
        return "info"
    return None if ip.subnet == other.subnet and ip.family == "ipv4" else "warning"


IN_USE = "Network is already in use by interface"


def _message(ours: Subnet, theirs: Subnet, owner: str) -> str:
    if ours == theirs:
        return f"subnet {ours} is already used by {owner}"
    return f"subnet {ours} {'contains' if ours.prefixlen < theirs.prefixlen else 'is within'} {theirs} of {owner}"


def _on_host(other: Taken) -> str:
    return f"{other.device} of the host" if other.device else "a route of the host"


def _renumber(network: Network, ip: Ip, project: Project) -> tuple[Fix, ...]:
    """Renumber the whole network. In a template not every address is known, so the remedy is only shown."""
    old, new = ip.subnet, project.subnets.replacements.get(ip)
    if old is None or new is None or network.is_template:
        return advise(
            f"Use another subnet{f', such as {new}' if new else ''}", "<ip address='ADDRESS' prefix='PREFIX'/>"
        )
    return renumber(network, old, new, "choice")
