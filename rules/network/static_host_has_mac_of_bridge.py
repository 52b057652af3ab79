"""A static DHCP entry has the MAC address of the network's own bridge, so its client gets no lease.

Usually the MAC address of the guest was copied to the network's `<mac>` too. The bridge takes every frame for that
address as meant for the host. A guest that has it gets no lease and no reply, and the kernel logs `received packet on
vnet0 with own address as source address`. If no guest of the project has that address, the entry serves nobody, and the
finding is a warning.

## What to do
Remove `<mac>` from the network, so that libvirt chooses another address for the bridge. If the bridge has to keep it,
set `mac` of `<host>` to the MAC address of the guest.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <mac address='52:54:00:0a:0b:0c'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0A:0B:0C' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:8:13: warning: the MAC address '52:54:00:0a:0b:0c' is the bridge's own: a client with it gets no lease [static-host-has-mac-of-bridge]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0A:0B:0C' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <mac address='52:54:00:0a:0b:0d'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: libvirt chooses another address for the bridge, and a guest may know the old one as that of its gateway.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- linux net/bridge/br_fdb.c, the bridge's own addresses are local
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, edit, fix, problem, related, rule


@rule("static-host-has-mac-of-bridge", code="VN1530", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    own, mac = network.node.child("mac"), network.mac
    if own is None or mac is None or not network.owns_bridge:
        return
    for host in (each for ip in network.ips for each in ip.hosts if each.mac == mac):
        yield problem(
            host.attribute("mac") or host,
            f"the MAC address '{mac}' is the bridge's own: a client with it gets no lease",
            fix("Remove the bridge's <mac>, so that libvirt chooses one", edit.remove(own), safety="choice"),
            related=(related(own, "the MAC address of the bridge"),),
            severity="error" if mac in project.guests.interfaces_by_mac else None,
        )
