"""A static DHCP entry has a MAC address that no guest has on this network.

Either the guest with the entry's name has another MAC address here and gets some address of the range, or the MAC
address is that of a guest on another network. In a project declared complete, an entry with a MAC address that no
guest has is a leftover.

## What to do
Change `mac` of `<host>` to the MAC address that the guest has on this network. If the guest is gone or on another
network, remove the entry here. If it is for a machine that no file describes, keep it.

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
lan.xml:8:13: warning: MAC address 52:54:00:0a:0b:d0 belongs to the interface of 'db' on another network, 'lab' [static-host-without-client]
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

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Network,
    Problem,
    Project,
    StaticHost,
    edit,
    fix,
    problem,
    related,
    rule,
)


@rule(
    "static-host-without-client",
    code="VN3315",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    for place, host, guest, about in _misfits(network, project) if network.owns_bridge else ():
        yield problem(
            place,
            _message(host, guest, about) if about else f"no guest has the MAC address {host.mac} of this static host",
            _take_mac(host, guest),
            fix(f"Remove <host>, the static host {host.known('ip')}", edit.remove(host.node), safety="choice"),
            related=(related(about, f"{about.label} is here"),) if about else (),
            severity=None if about else "info",
        )


_Misfit = tuple[Attribute, StaticHost, Interface | None, Interface | None]


def _misfits(network: Network, project: Project) -> Iterator[_Misfit]:
    """The static hosts that no guest here uses: the MAC address, the entry, the guest it names, the guest to show."""
    hosts = network.hosts_by_mac
    here = project.guests.interfaces_on(network) if hosts else ()
    macs = {each.mac for each in here}
    unnamed = {each.domain.name: each for each in here if each.mac and each.mac not in hosts}
    strays = {mac for mac in hosts if mac not in project.guests.interfaces_by_mac}
    few = 0 < len(strays) <= len(unnamed)
    for mac, host in hosts.items():
        place, guest = host.attribute("mac"), unnamed.get(host.known("name") or "")
        about = guest or _elsewhere(mac, network, project)
        leftover = mac in strays and (few or (project.complete and bool(project.guests.all)))
        if place is not None and mac not in macs and (about or leftover):
            yield place, host, guest, about


def _message(host: StaticHost, guest: Interface | None, about: Interface) -> str:
    if guest is not None:
        return f"guest '{guest.domain.name}' has the MAC address {guest.mac} on this network, not {host.mac}"
    joined = about.bridge or about.device
    where = f"another network, '{about.network.value}'" if about.network else f"'{joined.value if joined else ''}'"
    return f"MAC address {host.mac} belongs to {about.label} on {where}"


def _elsewhere(mac: str, network: Network, project: Project) -> Interface | None:
    """Return the only interface with a MAC address, if it is on another network of the same host."""
    owners = project.guests.interfaces_by_mac.get(mac, [])
    owner = owners[0] if len(owners) == 1 else None
    other = project.networks.of(owner) if owner else None
    if owner is not None and (owner.bridge or owner.device):
        return owner if project.same_host(owner.domain, network) else None
    return owner if other and other is not network and project.same_host(other, network) else None


def _take_mac(host: StaticHost, guest: Interface | None) -> tuple[Fix, ...]:
    if guest is None or guest.mac is None:
        return ()
    return fix(
        f"Change the MAC address to {guest.mac}", edit.set_attribute(host.node, "mac", guest.mac), safety="choice"
    )
