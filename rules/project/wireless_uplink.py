"""Guests are bridged to a wireless NIC, and the access point drops what they send.

A station of a wireless network may send under its own MAC address only. The access point has not let the guests in, so it
neither takes their frames nor sends them any. Behind NAT they use the host's address.

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
lan.xml:4:16: error: wlan0 is wireless, and its access point drops what guests send [wireless-uplink]
web.xml:5:15: error: wlan0 is wireless, and its access point drops what guests send [wireless-uplink]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.123.1' prefix='24'/>
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
Unsafe: behind NAT the guests have other addresses, and the LAN does not reach them. A network gets a
free subnet of its own.

## Libvirt
Never: everything starts.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- https://libvirt.org/firewall.html
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Network,
    Problem,
    Project,
    advise,
    edit,
    el,
    fix,
    known,
    problem,
    rule,
)


@rule(
    "wireless-uplink",
    code="VN3405",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
    covers=("C084",),
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host = project.host
    places = _lower(user) if host else ()
    for place in places:
        name = known(place.value)
        link = host.link(name) if host and name else None
        ports = (host.ports_of(name) if host and name else None) or (() if link is None else (link,))
        wireless = next((port for port in ports if port.wireless), None)
        if wireless is not None and not any(
            port.kind in ("nic", "bond", "vlan") and not port.wireless for port in ports
        ):
            message = f"{wireless.name} is wireless, and its access point drops what guests send"
            yield problem(place, message, _use_nat(user, project))


def _lower(user: Network | Interface) -> tuple[Attribute, ...]:
    """What names the host's bridge or NIC that guests send by."""
    if isinstance(user, Interface):
        return tuple(each for each in (user.bridge, user.device) if each)
    if user.attachment == "host-bridge" and user.bridge:
        return tuple(each for each in (user.bridge.attribute("name"),) if each)
    return user.forward.devices if user.attachment == "macvtap" and user.forward else ()


def _use_nat(user: Network | Interface, project: Project) -> tuple[Fix, ...]:
    if isinstance(user, Interface):
        nat = project.bridged_network(user.domain, "nat")
        name = nat.name if nat else "default" if "default" in project.external else None
        if name is None or user.source is None:
            return advise("Put the guest on a NAT network", "<source network='NETWORK'/>")
        typed = edit.set_attribute(user.node, "type", "network")
        source = edit.replace(user.source, el("source", {"network": name}))
        return fix(f"Put the guest on '{name}', behind NAT", typed, source, safety="unsafe")
    if user.forward is None:
        return ()
    gone = [edit.remove(user.bridge.node)] if user.bridge else []
    if user.ips or project.spare_subnet is None:
        return advise("Make it a NAT network", "<forward mode='nat'/>")
    ip = el("ip", {"address": str(project.spare_subnet[1]), "prefix": str(project.spare_subnet.prefixlen)})
    edits = edit.replace(user.forward.node, el("forward", {"mode": "nat"})), edit.insert(user.node, ip)
    return fix("Make it a NAT network", *edits, *gone, safety="unsafe")
