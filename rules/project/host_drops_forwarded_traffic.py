"""The host's firewall drops forwarded packets, and libvirt's rules do not change that.

Docker, ufw and others set the policy for forwarded packets to DROP. libvirt's iptables rules are in the same chain and
accept guests' traffic before the policy applies. Its nftables rules, the default since libvirt 10.4, are in a table of
their own, and a packet accepted there can still be dropped by another table. If the inventory does not name the
backend, it follows from the version of libvirt and the tools of the host; if it cannot be known, the finding is an info
that says "if". For open networks libvirt creates no rules at all. There is no finding where a rule of the host's
firewall accepts the traffic.

## What to do
On the host, accept what guests send through the network's bridge, and what they receive. Unless the network is open,
you can set `firewall_backend = "iptables"` in `/etc/libvirt/network.conf` instead.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewall_backend": "nftables", "forward_policy": "drop"}
```

## Report
```text
lan.xml:3:12: error: the host's firewall drops forwarded packets, and libvirt's nftables rules do not change that [host-drops-forwarded-traffic]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "firewall_backend": "iptables", "forward_policy": "drop"}
```

## Fix safety
Shown only: the host's firewall or libvirt's configuration has to change, not the file. With the backend iptables,
libvirt's own rules take effect again, except for open networks.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/firewall.html
- libvirt src/network/network_nftables.c, nftablesSetupFirewall()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Network, Problem, Project, advise, arrives, problem, rule


@rule(
    "host-drops-forwarded-traffic",
    code="VN3307",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    if host is None or not host.drops_forwarded or network.mode not in ("nat", "route", "open"):
        return
    stopped = [arrives(project, network, who, "dropped", "rejected", by_firewall=True) for who in ("internet", "lan")]
    when = min((each for each in stopped if each is not None), key=bool, default=None)
    if when is None:
        return
    bridge = quote(project.bridges.name_of(network))
    replies = "-m conntrack --ctstate RELATED,ESTABLISHED " if network.mode == "nat" else ""
    yield problem(
        network.mode_place,
        f"the host's firewall drops forwarded packets, and {RULES if network.mode == 'open' else NFTABLES}{when}",
        advise(
            "Accept what guests send and the replies on the host"
            if network.mode == "nat"
            else "Accept what guests send and get on the host",
            f"iptables -I FORWARD -i {bridge} -j ACCEPT && iptables -I FORWARD -o {bridge} {replies}-j ACCEPT",
        ),
        severity="info" if when else None,
    )


RULES = "libvirt makes no rules for an open network"
NFTABLES = "libvirt's nftables rules do not change that"
