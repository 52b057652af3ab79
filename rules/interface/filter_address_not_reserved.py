"""A filter allows another address than the network gives the guest, so the guest is cut off.

The parameter `IP` is the address that the guest may use: the filter drops packets from any other address. libvirt's
DHCP service leases the address that the network reserves for the guest's MAC address.

## What to do
Set `IP` to the address that the network reserves for the guest. If `IP` is right, change the reservation instead: the
`<host>` in the network's `<dhcp>`. An address outside the network has to move into one of the network's subnets.

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
        <parameter name='IP' value='192.168.20.11'/>
      </filterref>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.21.20'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:8:9: error: the filter allows 192.168.20.11, but the network 'lan' reserves 192.168.20.10 [filter-address-not-reserved]
web.xml:15:9: warning: the filter allows 192.168.21.20, which is outside the network 'lan' [filter-address-not-reserved]
```

## Fixed
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
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.20.20'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Good
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
        <parameter name='IP' value='192.168.20.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the reservation may be out of date, or the guest may set its address itself. The fix moves an address outside
the network's subnets into one of them, and keeps its host part.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- libvirt src/nwfilter/xml/no-ip-spoofing.xml
"""

from collections.abc import Iterator

from vnetlint.api import (
    Address,
    FilterParameter,
    Fix,
    Interface,
    Network,
    Problem,
    Project,
    edit,
    fix,
    move_into,
    parse_address,
    problem,
    related,
    rule,
)


@rule(
    "filter-address-not-reserved",
    code="VN4109",
    on=Interface,
    severity="error",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, reserved = project.networks.of(interface), project.networks.reservation_of(interface)
    if network is None or not network.owns_bridge:
        return
    allowed = _allowed(interface, project, "IP")
    if allowed and reserved is not None and reserved.address not in {each for _, each in allowed}:
        place, address = allowed[0]
        message = f"the filter allows {address}, but the network '{network.name}' reserves {reserved.address}"
        where = related(reserved, "the network reserves the address here")
        yield problem(place, message, _allow(place, reserved.address), related=(where,))
        return
    yield from _outside(network, "ipv4", allowed)
    yield from _outside(network, "ipv6", _allowed(interface, project, "IPV6"))


_Allowed = tuple[tuple[FilterParameter, Address], ...]


def _outside(network: Network, family: str, allowed: _Allowed) -> Iterator[Problem]:
    subnets = [ip.subnet for ip in network.ips if ip.family == family]
    if allowed and subnets and all(subnet and one not in subnet for subnet in subnets for _, one in allowed):
        place, address = allowed[0]
        moved, _ = move_into(subnets[0], address, address) if subnets[0] else (None, None)
        message = f"the filter allows {address}, which is outside the network '{network.name}'"
        yield problem(place, message, _allow(place, moved), severity="warning")


def _allowed(interface: Interface, project: Project, name: str) -> _Allowed:
    """The addresses that the filter allows; none if one is unknown, or if the filter has no such variable."""
    reference, version = interface.filterref, 4 if name == "IP" else 6
    tree = project.filters.trees.of(reference) if reference else None
    if reference is None or (tree is not None and name not in tree.variables):
        return ()
    places = [each for each in reference.parameters if each.name == name]
    read = [(each, known) for each in places if (known := parse_address(each.value)) and known.version == version]
    # A link-local address is in no subnet, and right on every network.
    return tuple(read) if len(read) == len(places) and not any(known.is_link_local for _, known in read) else ()


def _allow(place: FilterParameter, address: Address | None) -> tuple[Fix, ...]:
    fixed = edit.set_attribute(place.node, "value", str(address))
    return fix(f"Set {place.name} to {address}", fixed, safety="choice") if address else ()
