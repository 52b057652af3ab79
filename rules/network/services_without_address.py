"""A network without an address has settings for DNS or DHCP, but libvirt starts neither.

dnsmasq serves on the address of the bridge, and libvirt does not start it without an `<ip>`. The definition keeps
names, domain and options, but they have no effect. Even mistakes in them go unnoticed.

## What to do
If guests need DNS or DHCP, add an `<ip>`, whose address the bridge then gets. Otherwise remove `<domain>`, `<dns>` and
`<dnsmasq:options>`.

## Bad
```xml
<network>
  <name>lab</name>
  <domain name='lab.example'/>
  <dns>
    <host ip='10.44.0.2'>
      <hostname>web</hostname>
    </host>
  </dns>
</network>
```

## Report
```text
lan.xml:3:3: warning: <domain> has no effect: the network has no <ip> [services-without-address]
lan.xml:4:3: warning: <dns> has no effect: the network has no <ip> [services-without-address]
```

## Fixed
```xml
<network>
  <name>lab</name>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <domain name='lab.example'/>
  <dns>
    <host ip='10.44.0.2'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```xml
<network>
  <name>lab</name>
  <dns enable='no'/>
</network>
```

## Fix safety
A choice: the settings have no effect, but the `<ip>` may be what is missing. The fix that adds one uses a subnet that
is free in the project and on the host.

## Libvirt
Never: it starts the network without dnsmasq.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkStartDhcpDaemon()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, el, fix, problem, rule

SERVICES = ("domain", "dns", "dnsmasq:options")


@rule(
    "services-without-address",
    code="VN1415",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode != "isolated" or network.ips or network.is_template:
        return
    spare = project.subnets.spare
    address = {"address": str(spare[1]), "prefix": str(spare.prefixlen)} if spare else {}
    for node in network.node.children:
        if node.name not in SERVICES or node.get("enable") == "no" or not (node.attributes or node.children):
            continue
        yield problem(
            node,
            f"<{node.name}> has no effect: the network has no <ip>",
            fix(f"Remove <{node.name}>", edit.remove(node), safety="choice"),
            fix(f"Add an <ip> with the subnet {spare}", edit.insert(network.node, el("ip", address)), safety="choice")
            if spare
            else (),
        )
