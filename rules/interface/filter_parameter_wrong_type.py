"""A filter's parameter is not the address, MAC address or port that the filter needs, and the guest does not start.

libvirt passes the value to the firewall without checking it, and the firewall refuses it. The same is true of masks and
VLAN tags. As a port the firewall also accepts the name of a service, such as `https`.

## What to do
Set the parameter to a value of the kind that the filter needs. If libvirt should learn the guest's address, remove the
parameter `IP`. In a filter that includes another one, remove the parameter if each guest should set it.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' ip='192.168.20.10'/>
    </dhcp>
  </ip>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.20.300'/>
      </filterref>
    </interface>
  </devices>
</domain>
```
```xml guard.xml
<filter name='guard'>
  <filterref filter='allow-dhcp-server'>
    <parameter name='DHCPSERVER' value='router'/>
  </filterref>
</filter>
```

## Report
```text
guard.xml:3:5: error: invalid value 'router' for the parameter DHCPSERVER: expected an IPv4 address [filter-parameter-wrong-type]
web.xml:8:9: error: invalid value '192.168.20.300' for the parameter IP: expected an IPv4 address [filter-parameter-wrong-type]
```

## Fixed
```xml guard.xml
<filter name='guard'>
  <filterref filter='allow-dhcp-server'>
  </filterref>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.20.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.20.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the fix sets the value that the network's definition has for the guest. If it has none, removing the parameter
is a choice: libvirt then learns the guest's address. In a filter, removing it leaves the value to the guests that use
the filter.

## Libvirt
When the guest starts: ``internal error: Failed to apply firewall rules … host/network `192.168.20.300' not found``,
with the message of the firewall's own command

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, printVar()
"""

from collections.abc import Iterator

from vnetlint.api import (
    SERVICES,
    Filter,
    FilterParameter,
    FilterRef,
    Interface,
    Kind,
    Problem,
    Project,
    advise,
    edit,
    fix,
    parse_address,
    parse_mac,
    problem,
    rule,
)


@rule(
    "filter-parameter-wrong-type",
    code="VN4107",
    on=(Interface, Filter),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Interface | Filter, project: Project) -> Iterator[Problem]:
    for each, wrong in _misfits(user, project):
        right = project.filters.value_for(user, each.name or "") if isinstance(user, Interface) else None
        yield problem(
            each,
            f"invalid value '{each.value}' for the parameter {each.name}: expected {WORD[wrong]}",
            fix(f"Set {each.name} to {right}", edit.set_attribute(each.node, "value", right), safety="unsafe")
            if right is not None and _fits(right, wrong)
            else (),
            fix(LEARN if isinstance(user, Interface) else GIVE, edit.remove(each.node), safety="choice")
            if isinstance(user, Filter) or (each.name == "IP" and wrong == "ipv4")
            else (),
            advise(f"Set {each.name} to {WORD[wrong]}", f"<parameter name='{each.name}' value='…'/>"),
        )


LEARN, GIVE = "Remove IP, so that libvirt learns the address", "Remove <parameter>, so that each guest sets the value"
WORD: dict[Kind, str] = {
    "ipv4": "an IPv4 address", "ipv6": "an IPv6 address", "mac": "a MAC address", "port": "a port number",
    "ipv4-mask": "a prefix up to 32 or a netmask", "ipv6-mask": "a prefix up to 128", "vlan": "a VLAN tag up to 4095",
}  # fmt: skip
MOST: dict[Kind, int] = {"port": 65535, "ipv4-mask": 32, "ipv6-mask": 128, "vlan": 4095}


def _misfits(user: Interface | Filter, project: Project) -> Iterator[tuple[FilterParameter, Kind]]:
    """The parameters whose value does not fit their use in the filter, and the kind that is expected."""
    references: tuple[FilterRef | None, ...] = user.references if isinstance(user, Filter) else (user.filterref,)
    for reference in references:
        tree = project.filters.trees.of(reference) if reference else None
        for each in reference.parameters if reference and tree else ():
            kinds = sorted(tree.variables.get(each.name or "", frozenset())) if tree else ()
            wrong = next((kind for kind in kinds if each.value and not _fits(each.value, kind)), None)
            if wrong is not None:
                yield each, wrong


def _fits(value: str, kind: Kind) -> bool:
    """Whether the firewall accepts a value; values that libvirt itself ignores are left to the schema."""
    address = parse_address(value)
    if kind in ("ipv4", "ipv6"):
        return "/" in value or (address is not None and f"ipv{address.version}" == kind)
    if kind == "mac":
        return parse_mac(value) is not None
    if value.isascii() and value.isdigit():
        digits = value.lstrip("0")
        return kind not in MOST or (len(digits), digits) <= (len(str(MOST[kind])), str(MOST[kind]))
    if kind in ("ipv4-mask", "ipv6-mask"):
        return address is not None and f"ipv{address.version}-mask" == kind
    return kind == "text" or (kind == "port" and value in SERVICES)
