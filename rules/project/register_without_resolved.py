"""A network registers its domain with systemd-resolved, which does not run, so the network does not start.

With `register='yes'` libvirt asks systemd-resolved on the host to send queries for the network's domain to its
dnsmasq. Where systemd-resolved does not run, libvirt does not start the network. The rule needs an inventory of the
host. Releases before 10.1 ignore the attribute.

## What to do
If the host should resolve the guests' names, start systemd-resolved on it. Otherwise remove `register='yes'` from
`<domain>`.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <domain name='lab.example.com' localOnly='yes' register='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "libvirt": "10.1.0", "resolved": false}
```

## Report
```text
lab.xml:4:50: error: cannot register the domain with systemd-resolved, which does not run on the host [register-without-resolved]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <domain name='lab.example.com' localOnly='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <domain name='lab.example.com' localOnly='yes' register='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "libvirt": "10.1.0", "resolved": true}
```

## Fix safety
Choice: perhaps systemd-resolved should run, so the command that starts it is shown. Without the attribute the host
asks its own DNS servers for the guests' names, as before.

## Libvirt
At start, since libvirt 10.1.0: `failed to register name server: systemd-resolved is not available`

Seen on 11.3 and 12.8; 9.0 does not know the attribute.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, advise, edit, fix, problem, rule


@rule(
    "register-without-resolved",
    code="VN3205",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    domain = network.node.child("domain")
    place = domain.attributes.get("register") if domain else None
    if place is None or place.value != "yes" or not network.owns_bridge:
        return
    if project.host is None or project.host.inventory.resolved is not False or project.has_older_libvirt("10.1.0"):
        return
    yield problem(
        place,
        "cannot register the domain with systemd-resolved, which does not run on the host",
        fix("Remove register='yes'", edit.remove_attribute(place), safety="choice"),
        advise("Start systemd-resolved on the host", "systemctl enable --now systemd-resolved"),
        libvirt_message="failed to register name server: systemd-resolved is not available",
    )
