"""Guests are bridged to a wireless NIC, but the access point drops what they send.

A wireless station may send only under its own MAC address. The access point does not know the guests, so it neither
accepts their frames nor sends them any.

## What to do
Put the guests behind NAT, where they use the host's address: join a network with forward mode `nat`, or make this
network one. If the LAN has to reach the guests, use a wired NIC.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='wlan0'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='wlan0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "wlan0", "wireless": true, "addresses": ["192.168.50.10/24"]}]}
```

## Report
```text
lan.xml:4:16: error: 'wlan0' is wireless: its access point drops what guests send under their own MAC addresses [wireless-uplink]
web.xml:5:15: error: 'wlan0' is wireless: its access point drops what guests send under their own MAC addresses [wireless-uplink]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.123.1' prefix='24'>
    <dhcp>
      <range start='192.168.123.2' end='192.168.123.254'/>
    </dhcp>
  </ip>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "wlan0", "wireless": true, "addresses": ["192.168.50.10/24"]}]}
```

## Fix safety
Choice: behind NAT the guests have other addresses, and the LAN does not reach them. A network gets a free subnet of
its own, with DHCP.

## Libvirt
Never: everything starts.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- https://libvirt.org/firewall.html
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Host,
    Interface,
    Network,
    Problem,
    Project,
    Target,
    advise,
    fix,
    join_network,
    known,
    problem,
    rule,
    to_mode,
)


@rule(
    "wireless-uplink",
    code="VN3405",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    for place in _lower(user) if project.host else ():
        name = known(place.value)
        wireless = _only_wireless(name, project.host) if name and project.host else None
        if wireless is not None:
            message = f"'{wireless}' is wireless: its access point drops what guests send under their own MAC addresses"
            yield problem(place, message, _use_nat(user, project))


def _only_wireless(name: str, host: Host) -> str | None:
    """The wireless NIC that is the only way out of a NIC or bridge of the host."""
    link = host.link(name)
    ports = host.ports_of(name) or (() if link is None else (link,))
    wired = any(port.kind in ("nic", "bond", "vlan") and not port.wireless for port in ports)
    return None if wired else next((port.name for port in ports if port.wireless), None)


def _lower(user: Network | Interface) -> tuple[Attribute, ...]:
    """The attributes that name the host's bridge or NICs through which guests send."""
    if user.host_bridge is not None:
        return (user.host_bridge,)
    if isinstance(user, Interface):
        return user.lower_devices
    return user.forward.devices if user.attachment == "macvtap" and user.forward else ()


def _use_nat(user: Network | Interface, project: Project) -> tuple[Fix, ...]:
    if isinstance(user, Interface):
        nat = project.networks.bridged_beside(user.domain, "nat")
        name = nat.name if nat else "default" if "default" in project.external else None
        if name is None or user.source is None:
            return advise("Put the guest on a NAT network", "<source network='NETWORK'/>")
        return fix(f"Join network '{name}', behind NAT", *join_network(user, name), safety="choice")
    subnet = project.subnets.spare
    if user.forward is None or user.ips or subnet is None:
        return advise("Make it a NAT network", "<forward mode='nat'/>")
    return fix(f"Make it a NAT network in {subnet}", *to_mode(user, Target("nat", subnet=subnet)), safety="choice")
