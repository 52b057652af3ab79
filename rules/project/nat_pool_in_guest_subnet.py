"""A NAT pool contains addresses of a guest subnet, so replies do not come back.

Guests appear outside under the addresses of the pool. The LAN has no route to the addresses of a libvirt subnet, or a
guest already has the address.

## What to do
Set the pool to addresses that the host has on the LAN. If the guests can share the host's own address, remove
`<address>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <address start='192.168.20.2' end='192.168.20.2'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:7: warning: NAT pool is in 192.168.20.0/24, the subnet of this network [nat-pool-in-guest-subnet]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <address start='203.0.113.5' end='203.0.113.6'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Choice: without the pool guests appear outside under the host's own address. Perhaps another pool was meant.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesForwardMasquerade()
"""

from collections.abc import Iterator

from vnetlint.api import Address, Network, Problem, Project, Range, Subnet, edit, fix, problem, related, rule


@rule(
    "nat-pool-in-guest-subnet",
    code="VN3305",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    for pool in network.forward.nat_pools if network.mode == "nat" and network.forward else ():
        subnet, owner = _taken_by(pool, network, project)
        if subnet is None or (project.host and project.host.is_reached_from_upstream(subnet)):
            continue
        where = "is in" if all(each in subnet for each in _ends(pool)) else "overlaps"
        whose = "this network" if owner is network else owner.label
        yield problem(
            pool,
            f"NAT pool {where} {subnet}, the subnet of {whose}",
            fix("Remove <address>, so that the host's address is used", edit.remove(pool.node), safety="choice"),
            related=(related(next(ip for ip in owner.ips if ip.subnet == subnet), "the subnet is set here"),),
        )


def _taken_by(pool: Range, network: Network, project: Project) -> tuple[Subnet | None, Network]:
    """The guest subnet that an end of the pool is in, or that begins in the pool, with its network."""
    owners = (project.subnets.owner_of(each, network) for each in _ends(pool))
    within = ((ip.subnet, network) for ip in network.ips if ip.subnet and ip.subnet.network_address in pool)
    return next((each for each in owners if each), None) or next(within, (None, network))


def _ends(pool: Range) -> list[Address]:
    return [each for each in (pool.start, pool.end) if each]
