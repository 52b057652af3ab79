"""Guests are meant to be isolated from each other, but the host routes between them.

`<port isolated='yes'/>` keeps the bridge from passing frames between guests. But where the host has an address on the
bridge it is a router, and libvirt's firewall accepts traffic from the bridge back to the bridge. A guest that sets a
route to its neighbour through the gateway reaches it. The same is true of a bridge of the host, if the inventory says
that the host has an address on it, forwards, and accepts what it forwards.

## What to do
Drop traffic from the bridge back to the bridge in the host's firewall; the command is shown. If the guests need neither
DHCP nor a way out, remove every `<ip>` from the network instead, so that the host does not route.

## Bad
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr7'/>
  <port isolated='yes'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:3: warning: port isolation is incomplete: guests can reach each other through the host [port-isolation-with-gateway]
```

## Good
```xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <port isolated='yes'/>
</network>
```

## Fix safety
Shown only: guests of a network without `<ip>` have neither DHCP nor a way out. The firewall rule that is shown keeps
guests apart, and they keep both. It affects no other traffic.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#isolating-ports-on-a-network
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowCross()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Interface, Network, Problem, Project, advise, arrives, problem, related, rule


@rule(
    "port-isolation-with-gateway",
    code="VN1416",
    on=(Network, Interface),
    severity="warning",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    port, network = user.port, project.networks.of(user)
    if port is None or not user.isolates_ports or network is None or (user is not network and network.isolates_ports):
        return
    place = network.ips[0] if network.owns_bridge and network.ips else network.host_bridge if project.host else None
    when = arrives(project, network, network, by="host") if place is not None else None
    if place is None or when is None or (when and not network.owns_bridge):
        return
    yield problem(
        port,
        f"port isolation is incomplete: guests can reach each other through the host{when}",
        advise("Drop traffic that the host routes between guests, until its next boot", _commands(network)),
        related=(
            related(place, "the host's address on the bridge" if network.ips else "the host has an address on it"),
        ),
    )


def _commands(network: Network) -> str:
    bridge = quote(network.host_bridge.value if network.host_bridge else network.bridge_name or "BRIDGE")
    families = {ip.family for ip in network.ips} or {"ipv4", "ipv6"}
    tools = sorted({"ip6tables" if family == "ipv6" else "iptables" for family in families}, reverse=True)
    return " && ".join(f"{tool} -I FORWARD -i {bridge} -o {bridge} -j DROP" for tool in tools)
