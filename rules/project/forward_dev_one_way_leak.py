"""Guests of a network that is limited to a device can send packets to another network, though no reply comes back.

With `dev` in `<forward>`, libvirt's firewall only lets guests out through that device. But it checks where a packet
goes before it checks where it comes from. A routed network without `dev` accepts whatever is addressed to its guests,
and so does a NAT network for IPv6 that it does not translate. Only the replies are rejected, and a single UDP packet
may be enough.

## What to do
Set `dev` in the `<forward>` of the other network too, so that it accepts only traffic from its device. If it should
accept traffic from other networks, drop what goes from one bridge to the other in the host's firewall; the command is
shown. If guests may reach the other network, remove `dev` here.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat' dev='eth0'/>
  <bridge name='virbr7'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='route'/>
  <bridge name='virbr8'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "forward_policy": "accept",
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
 "upstream": {"routes": [{"to": "10.45.0.0/24", "via": "192.168.50.10"}]}}
```

## Report
```text
lab.xml:3:23: info: guests can send packets to the routed network 'office' despite dev 'eth0' [forward-dev-one-way-leak]
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat' dev='eth0'/>
  <bridge name='virbr7'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='route' dev='eth0'/>
  <bridge name='virbr8'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```

## Fix safety
Shown only: with `dev`, the other network would be cut off from every other network of the host. The firewall rule that
is shown affects only what goes from the one bridge to the other.

## Libvirt
Never: it starts both.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/firewall.html
- libvirt src/network/network_iptables.c, iptablesSetupPrivateChains()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Network, Problem, Project, advise, arrives, problem, related, rule


@rule(
    "forward-dev-one-way-leak",
    code="VN3321",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    places = network.forward.egress_places if network.forward and network.mode in ("nat", "route") else ()
    other = project.networks.routed_beside(network) if places else None
    when = arrives(project, network, other, "one-way") if other is not None else None
    if other is None or when is None:
        return
    kind, tool = ("the routed", "iptables") if other.mode == "route" else ("the untranslated IPv6 of", "ip6tables")
    bridges = (quote(project.bridges.name_of(each)) for each in (network, other))
    yield problem(
        places[0],
        f"guests can send packets to {kind} {other.label} despite dev '{places[0].value}'{when}",
        advise(
            f"Drop on the host what goes to {other.label}", "{} -I FORWARD -i {} -o {} -j DROP".format(tool, *bridges)
        ),
        related=(related(other.mode_place, "it accepts traffic from everywhere"),),
    )
