"""The host's firewall sees the frames that its bridge passes between guests, and drops them.

With `net.bridge.bridge-nf-call-iptables` on, which Docker and Kubernetes need, frames between two ports of a bridge go
through the chain for forwarded packets. Where its policy is to drop, guests on a bridge of the host reach the host and
nobody else. A bridge that libvirt makes is let pass by its iptables rules, and not by its nftables rules.

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
lan.xml:4:11: error: the host's firewall drops the frames that br0 passes between guests [bridged-frames-filtered]
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
Shown only: the host's kernel has to leave bridged frames alone, or its firewall to accept them.

## Libvirt
Never.

## References
- https://wiki.libvirt.org/Net.bridge.bridge-nf-call_and_sysctl.conf.html
- linux net/bridge/br_netfilter_hooks.c
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, advise, problem, rule


@rule(
    "bridged-frames-filtered",
    code="VN3312",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
    covers=("C042",),
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host = project.host
    if host is None or not host.bridge_netfilter or not host.drops_forwarded or user.bridge is None:
        return
    place = user.bridge.attribute("name") if isinstance(user, Network) else user.bridge
    if place is None or (isinstance(user, Network) and user.attachment not in ("host-bridge", "own-bridge")):
        return
    made = any(each.owns_bridge for each in project.networks_by_bridge.get(place.value, ()))
    if made and (host.firewall_backend != "nftables" or isinstance(user, Interface)):
        return
    yield problem(
        place,
        f"the host's firewall drops the frames that {place.value} passes between guests",
        advise("Keep the firewall off bridged frames", COMMAND),
        advise("Accept them on the host", f"iptables -I FORWARD -i {place.value} -o {place.value} -j ACCEPT"),
    )


COMMAND = "sysctl -w net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0"
