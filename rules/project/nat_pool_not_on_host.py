"""A NAT pool has addresses that do not lead to the host, so some connections get no replies.

Guests appear outside under all the addresses of `<address start=… end=…>` in turn. Replies come back only to addresses
that the host has on an interface, or that the LAN's router routes to the host. The rule needs an inventory of the
host.

## What to do
Shorten the pool to the addresses that the host has, or remove `<address>` to use the host's own address. If the pool
is right, add its addresses to an interface of the host, or a route to them on the LAN's router.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <address start='192.168.50.10' end='192.168.50.12'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24", "192.168.50.11/24"]}]}
```

## Report
```text
lan.xml:5:7: warning: the host has 2 of the 3 addresses 192.168.50.10 to 192.168.50.12 of the pool [nat-pool-not-on-host]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat>
      <address start='192.168.50.10' end='192.168.50.11'/>
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
      <address start='192.168.50.10' end='192.168.50.11'/>
    </nat>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24", "192.168.50.11/24"]}]}
```

## Fix safety
Choice: perhaps the host should get the addresses. A provider may route to the host a pool that is outside all of its
LANs. The finding is then an info, unless the inventory lists the routes of the router.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesForwardMasquerade()
"""

from collections.abc import Iterator

from vnetlint.api import Address, Fix, Host, Network, Problem, Project, Range, edit, fix, problem, rule


@rule(
    "nat-pool-not-on-host",
    code="VN3304",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    if network.mode != "nat" or network.forward is None or host is None or not host.own_addresses:
        return
    for pool in network.forward.nat_pools:
        mine = sorted({int(each): each for each in host.own_addresses if each in pool}.items())
        if not pool.size or len(mine) == pool.size or _is_routed(pool, host):
            continue
        yield problem(
            pool,
            f"the host has {len(mine) or 'none'} of the {pool.size} addresses {pool.start} to {pool.end} of the pool",
            _shorten(pool, [each for _, each in mine]),
            fix("Remove <address>, so that the host's address is used", edit.remove(pool.node), safety="choice"),
            severity=None if mine or _is_on_link(pool, host) else "info",
        )


def _is_routed(pool: Range, host: Host) -> bool:
    """Whether the LAN's router routes the whole pool to the host."""
    return any(pool.start in each.subnet and pool.end in each.subnet for each in host.inventory.upstream.routes or ())


def _shorten(pool: Range, mine: list[Address]) -> tuple[Fix, ...]:
    """Keep the first unbroken run of addresses that the host has."""
    if not mine:
        return ()
    run = [each for step, each in enumerate(mine) if int(each) == int(mine[0]) + step]
    edits = edit.set_attribute(pool.node, "start", str(run[0])), edit.set_attribute(pool.node, "end", str(run[-1]))
    return fix(f"Shorten the pool to {run[0]} to {run[-1]}", *edits, safety="choice")


def _is_on_link(pool: Range, host: Host) -> bool:
    """Whether the pool is in a subnet of one of the host's links, or the inventory lists the router's routes.

    Otherwise the provider may route the pool to the host.
    """
    on_link = any(each in subnet for link in host.links for subnet in link.subnets for each in _ends(pool))
    return on_link or host.inventory.upstream.routes is not None


def _ends(pool: Range) -> list[Address]:
    return [each for each in (pool.start, pool.end) if each is not None]
