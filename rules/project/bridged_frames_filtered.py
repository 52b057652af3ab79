"""The host's firewall drops the frames that a bridge passes between guests.

With `net.bridge.bridge-nf-call-iptables` on, which Docker and Kubernetes need, frames between two ports of a bridge go
through the firewall's chain for forwarded packets. If the policy of that chain is to drop, guests on a bridge of the
host reach only the host. libvirt's iptables rules accept the frames of its own bridges; its nftables rules do not.

## What to do
On the host, accept frames between the ports of this bridge, for example by `iptables -I FORWARD -i br0 -o br0 -j
ACCEPT`. Set `net.bridge.bridge-nf-call-iptables` to 0 only if the host runs no Docker, Kubernetes or libvirt filters.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json host.json
{"version": 1, "bridge_netfilter": true, "forward_policy": "drop"}
```

## Report
```text
lan.xml:4:11: error: the host's firewall drops frames between guests on bridge 'br0' [bridged-frames-filtered]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json host.json
{"version": 1, "bridge_netfilter": true, "forward_policy": "accept"}
```

## Fix safety
Shown only: the host's firewall has to change, not the file. Keeping the firewall off all bridges breaks Docker,
Kubernetes and libvirt's own filters.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://wiki.libvirt.org/Net.bridge.bridge-nf-call_and_sysctl.conf.html
- linux net/bridge/br_netfilter_hooks.c
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Interface, Network, Place, Problem, Project, advise, problem, rule


@rule(
    "bridged-frames-filtered",
    code="VN3312",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host = project.host
    if host is None or not host.inventory.bridge_netfilter or not host.drops_forwarded:
        return
    own = isinstance(user, Network) and user.owns_bridge
    place, name = user.host_bridge, user.host_bridge.value if user.host_bridge else None
    if isinstance(user, Network) and own:
        name = project.bridges.name_of(user)
    if (
        name is None
        or (own and host.inventory.firewall_backend != "nftables")
        or (not own and project.bridges.maker_of(name))
    ):
        return
    unnamed = isinstance(user, Network) and own and user.bridge_name is None
    yield problem(
        place or _named(user),
        "the host's firewall drops frames between guests on " + ("this network" if unnamed else f"bridge '{name}'"),
        advise(f"Accept frames between ports of {name} on the host", ACCEPT.format(quote(name))),
        advise("Keep the firewall off all bridges; this breaks Docker, Kubernetes and libvirt's filters", COMMAND),
    )


def _named(user: Network | Interface) -> Place:
    """The name of the network's bridge in the file, otherwise the network's own name."""
    bridge = user.bridge if isinstance(user, Network) else None
    return (bridge.attribute("name") if bridge else None) or user.name_node


ACCEPT = "iptables -I FORWARD -i {0} -o {0} -j ACCEPT"
COMMAND = "sysctl -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0"
