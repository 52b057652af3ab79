"""DHCP serves only the listed static hosts, and a guest on the network is not one of them.

A `<dhcp>` without `<range>` is static: dnsmasq answers only clients that have a `<host>` entry. Any other guest that
asks for an address never gets one.

## What to do
Add a `<host>` with the guest's MAC address and a free IP address, or add a `<range>` for any client. If the guest sets
its address itself, nothing has to change.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
lan.xml:5:5: warning: DHCP serves only its static hosts, and the interface of 'db' is not one [dhcp-leaves-guest-out]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
      <host mac='52:54:00:0a:0b:0d' ip='192.168.20.2'/>
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
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest gets the next free address permanently, and it may already set one itself. A range for any client is a
choice, because it also serves machines that were meant to get no address.

## Libvirt
Never: dnsmasq gets a `dhcp-range` that ends in `static`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Address,
    Fix,
    Interface,
    Ip,
    Network,
    Problem,
    Project,
    advise,
    edit,
    el,
    fix,
    free_range,
    next_free,
    problem,
    related,
    rule,
)  # fmt: skip


@rule(
    "dhcp-leaves-guest-out",
    code="VN3316",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    ip = next((each for each in network.ips if each.dhcp and _is_static(network, each)), None)
    if ip is None or ip.dhcp is None:
        return
    for guest in _left_out(network, ip, project)[:1]:
        yield problem(
            ip.dhcp,
            f"DHCP serves only its static hosts, and {guest.label} is not one",
            _reserve(network.held(ip), ip, guest),
            _open_range(network.held(ip), ip),
            advise("Add a static host by hand", "<host mac='MAC-OF-THE-GUEST' ip='ADDRESS'/>"),
            related=(related(guest, f"{guest.label} gets no address"),),
        )


def _is_static(network: Network, ip: Ip) -> bool:
    return network.owns_bridge and bool(ip.hosts) and not ip.ranges and not network.is_template


def _left_out(network: Network, ip: Ip, project: Project) -> list[Interface]:
    names = {
        host.known("name") for host in ip.hosts if not host.mac or host.mac not in project.guests.interfaces_by_mac
    }
    macs = {host.mac for host in ip.hosts}
    if ip.family == "ipv6" and any(host.attribute("id") for host in ip.hosts):
        return []  # A DHCPv6 identifier does not show which guest it belongs to.
    return [
        each for each in project.guests.interfaces_on(network) if each.mac not in macs and each.domain.name not in names
    ]


def _reserve(taken: list[Address], ip: Ip, guest: Interface) -> tuple[Fix, ...]:
    address = next_free(ip.subnet, ip.subnet.network_address + 2, set(taken)) if ip.subnet else None
    if address is None or guest.mac is None or ip.dhcp is None or ip.family == "ipv6":
        return ()
    entry = el("host", {"mac": guest.mac, "ip": str(address)})
    return fix(f"Add a static host: {address} for {guest.mac}", edit.insert(ip.dhcp, entry), safety="unsafe")


def _open_range(taken: list[Address], ip: Ip) -> tuple[Fix, ...]:
    found = free_range(ip.subnet, taken) if ip.subnet else None
    if found is None or ip.dhcp is None:
        return ()
    start, end = map(str, found)
    added = edit.insert(ip.dhcp, el("range", {"start": start, "end": end}))
    return fix(f"Add the range {start}–{end}, for any client", added, safety="choice")
