"""A static DHCP entry is for a guest that is not on the network with this MAC address.

Either the guest of that name has another MAC address here, and gets some address of the range, or the MAC address is
that of a guest on another network. In a project that is declared complete, an entry whose MAC address no guest has is
a leftover.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:d0' ip='192.168.20.6'/>
    </dhcp>
  </ip>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:c0'/>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:d0'/>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
lan.xml:7:13: warning: guest 'web' has the MAC address 52:54:00:0a:0b:c0 on this network, not 52:54:00:0a:0b:0c [static-host-without-client]
lan.xml:8:13: warning: MAC address 52:54:00:0a:0b:d0 is that of the interface of 'db' on another network, 'lab' [static-host-without-client]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:c0' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:c0' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:c0'/>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the entry may be for a machine that no file describes.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virdnsmasq.c, dnsmasqAddDhcpHost()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Network, Problem, Project, StaticHost, edit, fix, problem, related, rule


@rule(
    "static-host-without-client",
    code="VN3315",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    hosts = network.hosts_by_mac if network.owns_bridge else {}
    here = project.interfaces_on(network) if hosts else ()
    macs = {each.mac for each in here}
    unnamed = {each.domain.name: each for each in here if each.mac and each.mac not in hosts}
    strays = {mac for mac in hosts if mac not in project.interfaces_by_mac}
    few = 0 < len(strays) <= len(unnamed)
    for mac, host in hosts.items():
        place, guest = host.attribute("mac"), unnamed.get(host.known("name") or "")
        about = guest or _elsewhere(mac, network, project)
        leftover = mac in strays and (few or (project.complete and bool(project.domains)))
        if place is None or mac in macs or not (about or leftover):
            continue
        yield problem(
            place,
            _message(host, guest, about) if about else f"no guest has the MAC address {mac} of this static host",
            _take_mac(host, guest),
            fix(f"Remove <host>, the static host {host.known('ip')}", edit.remove(host.node), safety="choice"),
            related=(related(about, f"{about.label} is here"),) if about else (),
            severity=None if about else "info",
        )


def _message(host: StaticHost, guest: Interface | None, about: Interface) -> str:
    if guest is not None:
        return f"guest '{guest.domain.name}' has the MAC address {guest.mac} on this network, not {host.mac}"
    joined = about.bridge or about.device
    where = f"another network, '{about.network.value}'" if about.network else f"'{joined.value if joined else ''}'"
    return f"MAC address {host.mac} is that of {about.label} on {where}"


def _elsewhere(mac: str, network: Network, project: Project) -> Interface | None:
    """Give the only interface with a MAC address, where it is on another network of the same host."""
    owners = project.interfaces_by_mac.get(mac, [])
    owner = owners[0] if len(owners) == 1 else None
    other = project.network_of(owner) if owner else None
    if owner is not None and (owner.bridge or owner.device):
        return owner if project.same_host(owner.domain, network) else None
    return owner if other and other is not network and project.same_host(other, network) else None


def _take_mac(host: StaticHost, guest: Interface | None) -> tuple[Fix, ...]:
    if guest is None or guest.mac is None:
        return ()
    return fix(
        f"Change the MAC address to {guest.mac}", edit.set_attribute(host.node, "mac", guest.mac), safety="choice"
    )
