"""The NICs of one network lead to different LANs, so a guest may be on another LAN after each start.

libvirt puts each guest that starts on the NIC with the fewest guests. This is meant for NICs on one LAN. The finding
is reported where the inventory shows addresses of different subnets on them.

## What to do
Keep the NICs of one LAN in the list, and remove the others. For guests of another LAN, define a second network with
the NICs of that LAN.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
  </forward>
</network>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]},
                              {"name": "eth1", "addresses": ["192.168.60.10/24"]}]}
```

## Report
```text
lan.xml:5:16: warning: NIC 'eth1' is on another LAN than 'eth0' [pool-on-several-lans]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
  </forward>
</network>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]},
                              {"name": "eth1", "addresses": ["192.168.50.11/24"]}]}
```

## Fix safety
Choice: which LAN was meant is a guess, and fewer NICs are left.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkAllocatePort()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Forward, Host, Network, Problem, Project, Subnet, edit, fix, problem, related, rule


@rule("pool-on-several-lans", code="VN3417", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    host, forward = project.host, network.forward
    if host is None or forward is None or network.attachment != "macvtap":
        return
    for place, first in _apart_from(forward, host).items():
        yield problem(
            place,
            f"NIC '{place.value}' is on another LAN than '{first.value}'",
            fix(f"Remove {place.value} from the list", edit.remove(place.node), safety="choice"),
            related=(related(first, f"{first.value} is listed here"),),
        )


def _apart_from(forward: Forward, host: Host) -> dict[Attribute, Attribute]:
    """Each NIC of the list that is on another LAN than an earlier one, with that one."""
    members = [
        (node.attributes["dev"], host.link(node.get("dev") or ""))
        for node in forward.node.all("interface")[:64]
        if "dev" in node.attributes
    ]
    known_lans = [(place, lans) for place, link in members if link and (lans := host.lans_of(link.name))]
    vlans = [place for place, link in members if link and link.kind == "vlan"]
    pairs = [(each, known_lans[0][0]) for each, lans in known_lans[1:] if _apart(lans, known_lans[0][1])]
    pairs += [(each, vlans[0]) for each in vlans[1:] if _other_vlan(each.value, vlans[0].value)]
    return dict(reversed(pairs))


def _other_vlan(one: str, other: str) -> bool:
    """Whether two names are those of different VLANs on one NIC, such as eth0.10 and eth0.20."""
    return one != other and one.rpartition(".")[0] == other.rpartition(".")[0] != ""


def _apart(ours: tuple[Subnet, ...], theirs: tuple[Subnet, ...]) -> bool:
    """Whether both have subnets of one IP version and none in common; link-local subnets do not count."""
    one, other = ({each for each in subnets if not each.is_link_local} for subnets in (ours, theirs))
    return bool({each.version for each in one} & {each.version for each in other}) and not one & other
