"""TFTP is set on another IPv4 address than DHCP, and libvirt does not open the host's firewall for it.

libvirt lets guests in to TFTP only if `<tftp>` is in the first IPv4 `<ip>` that has a service of its own. On a later
one dnsmasq still serves files, but a host whose firewall drops everything that it does not explicitly accept keeps the
guests out.

## What to do
Move `<tftp>` to the first IPv4 `<ip>` that has DHCP: dnsmasq serves the same folder, and libvirt opens the firewall for
it.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip address='192.168.21.1' prefix='24'>
    <tftp root='/srv/tftp'/>
  </ip>
</network>
```
```json host.json
{"version": 1, "input_policy": "drop"}
```

## Report
```text
lan.xml:9:5: warning: the firewall may block this <tftp>: libvirt opens it only for the <ip> of 192.168.20.1 [tftp-apart-from-dhcp]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip address='192.168.21.1' prefix='24'>
  </ip>
</network>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "input_policy": "drop"}
```

## Fix safety
Unsafe: guests that the firewall kept out get files from the host. dnsmasq serves the same folder.

## Libvirt
Never. If the inventory does not say what the firewall does by default, the finding is an info. If the host accepts by
default, nothing is reported.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/network_iptables.c, iptablesAddGeneralIPv4FirewallRules()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, rule


@rule("tftp-apart-from-dhcp", code="VN1500", on=Network, severity="info", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    serving = [ip for ip in network.ips if ip.family == "ipv4" and (ip.ranges or ip.hosts or ip.node.child("tftp"))]
    tftp = next((node for ip in serving for node in ip.node.all("tftp")), None)
    accepts = project.host is not None and project.host.inventory.input_policy == "accept"
    if not network.owns_bridge or tftp is None or tftp.parent == serving[0].node or accepts:
        return
    where = f"the <ip> of {serving[0].address}" if serving[0].address else "the first <ip>"
    yield problem(
        tftp,
        f"the firewall may block this <tftp>: libvirt opens it only for {where}",
        fix(f"Move <tftp> to {where}", edit.move(tftp, serving[0].node), safety="unsafe"),
        severity="warning" if project.host and project.host.drops_input else None,
    )
