"""A bridged network has settings that only libvirt's own networks can have, and libvirt refuses to define it.

`<mtu>` and `<mac>` are for a bridge that libvirt makes, `<domain>` and the records of `<dns>` for the dnsmasq that it
runs there. With the modes `bridge`, `private`, `vepa`, `passthrough` and `hostdev` libvirt does neither: the bridge is
the host's, and names and addresses come from the servers of the LAN.

## What to do
Remove the element, and set its value where it belongs: names on the DNS server of the LAN, the MTU of a guest as
`<mtu>` in its `<interface>`. If libvirt was meant to run the network, set the mode to `nat` or `route` instead.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <mtu size='9000'/>
  <mac address='52:54:00:0a:0b:0c'/>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='private'>
    <interface dev='eth0'/>
  </forward>
  <domain name='example.com'/>
  <dns>
    <host ip='192.168.50.20'>
      <hostname>web</hostname>
    </host>
  </dns>
</network>
```

## Report
```text
lan.xml:5:3: error: unexpected <mtu>: libvirt makes no bridge with forward mode 'bridge' [setting-on-bridged-network]
lan.xml:6:3: error: unexpected <mac>: libvirt makes no bridge with forward mode 'bridge' [setting-on-bridged-network]
wire.xml:6:3: error: unexpected <domain>: libvirt runs no dnsmasq with forward mode 'private' [setting-on-bridged-network]
wire.xml:7:3: error: unexpected <dns>: libvirt runs no dnsmasq with forward mode 'private' [setting-on-bridged-network]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='private'>
    <interface dev='eth0'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <mtu size='9000'/>
  <mac address='52:54:00:0a:0b:0c'/>
  <domain name='example.com'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: libvirt accepts no such setting with this mode. A choice for `<dns>`, whose records may belong to another
network or server. A choice too where the network names no bridge or device of the host, because the mode is then
probably wrong.

## Libvirt
At define: `mtu size only allowed in open, route, nat, and isolated mode, not in bridge (network 'lan')`,
`Unsupported <mac> element in network lan with forward mode='bridge'`, and likewise `Unsupported <domain> element` and
`Unsupported <dns> element`. Of several it reports one. A `<dns>` without `<host>`, `<txt>` or `<srv>` is accepted.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Node, Problem, Safety, edit, fix, heard, problem, related, rule


@rule(
    "setting-on-bridged-network",
    code="VN1116",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if network.mode is None or network.owns_bridge:
        return
    for node in filter(_is_refused, network.node.children):
        without = "makes no bridge" if node.name in ("mtu", "mac") else "runs no dnsmasq"
        safety: Safety = "unsafe" if network.names_link and node.name != "dns" else "choice"
        yield problem(
            node,
            f"unexpected <{node.name}>: libvirt {without} with forward mode '{network.mode}'",
            fix(f"Remove <{node.name}>", edit.remove(node), safety=safety),
            related=(related(network.mode_place, "the mode is set here"),),
            libvirt_message=heard(MTU, network.mode, network.name)
            if node.name == "mtu"
            else heard(UNSUPPORTED, node.name, network.name, network.mode),
        )


def _is_refused(node: Node) -> bool:
    """Whether the element has the attribute or child that libvirt refuses: it ignores one without."""
    if node.name == "dns":
        return any(node.child(name) for name in ("host", "txt", "srv"))
    return REFUSED_WITH.get(node.name) in node.attributes


REFUSED_WITH = {"mtu": "size", "mac": "address", "domain": "name"}
MTU = "mtu size only allowed in open, route, nat, and isolated mode, not in {} (network '{}')"
UNSUPPORTED = "Unsupported <{}> element in network {} with forward mode='{}'"
