"""Guests boot from a network on which nothing serves DHCP.

A guest that boots from the network first asks for an address by DHCP. libvirt does not serve DHCP on this network. No
guest can serve it either, because every guest boots from the network, by `<boot order>` or `<boot dev='network'/>`.

## What to do
Add an `<ip>` with `<dhcp>` to the network, and a `<bootp>` that says what the guests boot. If this is intended because
a server that is not a guest answers on the network, leave it as it is.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
</network>
```
```xml node.xml
<domain type='kvm'>
  <name>node</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <boot order='1'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
lab.xml:2:3: info: libvirt serves no DHCP on this network, from which the interface of 'node' boots [network-boot-without-dhcp]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <ip address='192.168.123.1' prefix='24'>
    <dhcp>
      <range start='192.168.123.2' end='192.168.123.254'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
</network>
```
```xml node.xml
<domain type='kvm'>
  <name>node</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <boot order='1'/>
    </interface>
  </devices>
</domain>
```
```xml server.xml
<domain type='kvm'>
  <name>server</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```
```toml
complete = true
```

## Fix safety
Choice: the host gets an address on the network, and a server that is not a guest may already be on it. The fix takes a
subnet that is free in the project and on the host. It does not set what the guests boot: that needs a `<bootp>`.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkStartDhcpDaemon()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Network, Problem, Project, advise, edit, el, fix, problem, related, rule


@rule(
    "network-boot-without-dhcp",
    code="VN3320",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode != "isolated" or network.ips or network.is_template:
        return
    nics = project.guests.interfaces_on(network)
    if not nics or not all(each.boots for each in nics):
        return
    yield problem(
        network.name_node,
        f"libvirt serves no DHCP on this network, from which {nics[0].label} boots",
        _serve(network, project),
        advise("Add an address with DHCP by hand", BY_HAND),
        related=(related(nics[0], "this interface boots from the network"),),
    )


BY_HAND = "<ip address='ADDRESS' prefix='24'><dhcp><range start='FIRST' end='LAST'/></dhcp></ip>"


def _serve(network: Network, project: Project) -> tuple[Fix, ...]:
    subnet = project.subnets.spare
    if subnet is None:
        return ()
    dhcp = el("dhcp", {}, el("range", {"start": str(subnet[2]), "end": str(subnet[-2])}))
    ip = el("ip", {"address": str(subnet[1]), "prefix": str(subnet.prefixlen)}, dhcp)
    return fix(f"Add <ip> with DHCP in {subnet}", edit.insert(network.node, ip), safety="choice")
