"""Starting this network makes the host a router between its own LANs.

A NAT, routed or open network needs the kernel to forward packets. libvirt turns this on for the whole host and never
turns it off again. From then on the host also forwards between its NICs, unless its firewall forbids it. This is
reported if the inventory says that the host does not forward yet and has addresses on several NICs, for IPv4 and for
IPv6.

## What to do
If the host should not route between its LANs, let its firewall drop packets from one NIC to the other before you start
the network. If it should, nothing has to change.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]},
                {"name": "eth1", "addresses": ["192.168.60.10/24"]}],
 "forwarding": {"ipv4": false}, "forward_policy": "accept"}
```

## Report
```text
lan.xml:3:12: info: starting this network makes the host forward between eth0 and eth1 too [host-becomes-router]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}],
 "forwarding": {"ipv4": false}, "forward_policy": "accept"}
```

## Fix safety
Shown only: the host's firewall has to change, not the file.

## Libvirt
Never: it writes 1 to `net.ipv4.ip_forward`, and leaves it there when the network stops.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkEnableIPForwarding()
"""

from collections.abc import Iterator

from vnetlint.api import Host, Network, Problem, Project, advise, problem, rule


@rule(
    "host-becomes-router",
    code="VN3306",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    if network.mode not in ("nat", "route", "open") or host is None or host.drops_forwarded:
        return
    version = _version_turned_on(network, host)
    lans = host.lans(version) if version else ()
    if len(lans) < 2:
        return
    one, other = lans[:2]
    drop = f"{'iptables' if version == 4 else 'ip6tables'} -I FORWARD -i {{}} -o {{}} -j DROP".format
    commands = f"{drop(one, other)} && {drop(other, one)}"
    yield problem(
        network.mode_place,
        f"starting this network makes the host forward between {one} and {other} too",
        advise(f"Drop packets between {one} and {other} on the host", commands),
    )


def _version_turned_on(network: Network, host: Host) -> int | None:
    """The version of IP, 4 before 6, that the host forwards only once the network is started."""
    families = {ip.family for ip in network.ips}
    if "ipv4" in families and host.inventory.forwarding.ipv4 is False:
        return 4
    return 6 if "ipv6" in families and host.inventory.forwarding.ipv6 is False else None
