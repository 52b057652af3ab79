"""A network uses addresses that belong to others or are reserved for documentation.

Behind NAT or in an isolated network any subnet works for the guests. But the host then takes the whole subnet as local,
and no longer reaches the machines on the Internet that have these addresses, such as 8.8.8.8. The blocks that are
reserved for examples, such as 203.0.113.0/24 and 2001:db8::/32, belong to nobody, and nobody routes them.

## What to do
Change the network to a private subnet, and with it the static addresses that are set inside guests. If the subnet
belongs to you, list it in the option `own`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='8.8.8.1' prefix='24'>
    <dhcp>
      <range start='8.8.8.100' end='8.8.8.200'/>
    </dhcp>
  </ip>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <ip family='ipv6' address='2001:db8:20::1' prefix='64'/>
</network>
```

## Report
```text
lab.xml:4:3: info: 2001:db8:20::/64 is for documentation only: nobody routes it [subnet-not-private]
lan.xml:4:3: warning: 8.8.8.0/24 is a public subnet: the host can no longer reach its owners [subnet-not-private]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.2.1' prefix='24'>
    <dhcp>
      <range start='192.168.2.100' end='192.168.2.200'/>
    </dhcp>
  </ip>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <ip family='ipv6' address='fd10:44::1' prefix='64'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='route'/>
  <ip address='8.8.8.1' prefix='24'/>
</network>
```

## Options
- `own`: subnets that are not private but belong to the site, to use behind NAT or in isolated networks.
```toml
[options.subnet-not-private]
own = ["8.8.0.0/16", "2001:db8::/32"]
```

## Fix safety
A choice: every address of the subnet changes, and guests with a static address keep the old one.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- https://www.rfc-editor.org/rfc/rfc6890
"""

from collections.abc import Iterator
from ipaddress import ip_network

from vnetlint.api import Network, Problem, Project, Subnet, option, problem, renumber_privately, rule
from vnetlint.dataclass import dataclass


@dataclass(frozen=True)
class Options:
    own: tuple[str, ...] = option((), pattern=r"^[0-9a-fA-F.:]+(/[0-9]{1,3})?$")

    def __post_init__(self) -> None:
        """Check that each entry is a subnet. Raises ValueError."""
        _ = self.subnets

    @property
    def subnets(self) -> tuple[Subnet, ...]:
        """The subnets, parsed."""
        return tuple(map(ip_network, self.own))


@rule(
    "subnet-not-private",
    code="VN1509",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
    options=Options,
)
def check(network: Network, project: Project, options: Options) -> Iterator[Problem]:
    for ip in network.ips:
        subnet = ip.subnet
        if subnet is None or not subnet.prefixlen or _within(subnet, options.subnets):
            continue
        example, new = _within(subnet, EXAMPLES), project.subnets.private_replacements.get(ip)
        if subnet.version == 4 and network.mode in ("nat", "isolated") and subnet.is_global:
            message = f"{subnet} is a public subnet: the host can no longer reach its owners"
            yield problem(ip, message, renumber_privately(network, ip, new))
        elif subnet.version == 6 and subnet.is_global and _keeps_in(network):
            message = f"{subnet} is a public subnet: unless it is yours, the host can no longer reach its owners"
            yield problem(ip, message, renumber_privately(network, ip, new), severity="info")
        elif example and network.owns_bridge:
            message = f"{subnet} is for documentation only: nobody routes it"
            yield problem(ip, message, renumber_privately(network, ip, new), severity="info")


def _keeps_in(network: Network) -> bool:
    """Whether nobody outside sees the IPv6 addresses, so that any private ones would do."""
    return network.mode == "isolated" or bool(
        network.mode == "nat" and network.forward and network.forward.translates_ipv6
    )


EXAMPLES = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


def _within(subnet: Subnet, larger: tuple[Subnet, ...]) -> bool:
    return any(subnet.version == each.version and subnet.subnet_of(each) for each in larger)  # type: ignore[arg-type]
