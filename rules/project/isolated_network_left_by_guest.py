"""Guests leave an isolated network through a guest that is also on another network and forwards packets.

libvirt's firewall keeps an isolated network apart from the rest of the host. It does not see what a guest passes from
one of its NICs to another. Guests of the isolated network set a route through such a guest and reach what is behind it.
Replies come back if that guest translates addresses, or if there is a route back through it.

The rule needs an inventory that says which guests forward (`guests`). A guest with two NICs that is not known to
forward is common, and is not reported.

## What to do
If the guest should not be a router, switch its forwarding off (`net.ipv4.ip_forward`, `net.ipv6.conf.all.forwarding`),
or remove one of its interfaces. If it is the router or firewall of the network, suppress the finding with a reason.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='nat'/>
  <bridge name='virbr8'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <model type='virtio'/>
    </interface>
    <interface type='network'>
      <source network='office'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "guests": [{"name": "web", "forwarding": true}]}
```

## Report
```text
web.xml:5:15: warning: guests of isolated network 'lab' can leave it through 'web', which forwards packets [isolated-network-left-by-guest]
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='nat'/>
  <bridge name='virbr8'/>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <model type='virtio'/>
    </interface>
    <interface type='network'>
      <source network='office'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "guests": [{"name": "web", "forwarding": false}]}
```

## Fix safety
Shown only: the guest has to be changed, not its XML, or it is meant to be a router.

## Libvirt
Never: it starts the networks and the guest.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- https://docs.kernel.org/networking/ip-sysctl.html
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, advise, arrives, problem, related, rule


@rule(
    "isolated-network-left-by-guest",
    code="VN3322",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    domain, host = interface.domain, project.host
    if host is None or interface.network is None or not host.forwards_in(domain.name):
        return
    network = project.networks.of(interface)
    if network is None or network.mode != "isolated" or not _is_left(network, interface, project):
        return
    yield problem(
        interface.network,
        f"guests of isolated {network.label} can leave it through '{domain.name}', which forwards packets",
        advise("Switch forwarding off in the guest", "sysctl -w net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0"),
        related=(related(network.name_node, "the isolated network is here"),),
    )


def _is_left(network: Network, interface: Interface, project: Project) -> bool:
    """Whether packets of a guest of the network get out through another NIC of the guest that has this interface."""
    domain = interface.domain
    for each in domain.interfaces:
        other = project.networks.of(each)
        if each is interface or (other is not None and other.mode in (None, "isolated")):
            continue
        inside = other is not None and other.owns_bridge
        if arrives(project, network, other if other is not None and inside else "lan", by=domain) is not None:
            return True
    return False
