"""A guest's filter drops all IPv6, on a network that has IPv6 or for a guest that has an IPv6 address.

`clean-traffic` lets ARP and IPv4 pass and drops every other frame, because it includes `no-other-l2-traffic`. The guest
gets no IPv6 address from the network and reaches nobody over IPv6. A parameter with an IPv6 address does not change
that.

## What to do
Include `allow-ipv6` in the filter if it is your own. If libvirt ships the filter, define one that includes both, and
use that. To check the guest's IPv6 addresses too, include `no-ipv6-spoofing`, and set the parameter `IPV6` to them.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='clean-traffic'/>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='guests'>
        <parameter name='IP' value='192.168.20.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: warning: the filter 'guests' drops all IPv6, which the network 'lan' provides [filter-blocks-ipv6]
```

## Fixed
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='clean-traffic'/>
  <filterref filter='allow-ipv6'/>
</filter>
```

## Good
```xml
<filter name='guests' chain='root'>
  <filterref filter='clean-traffic'/>
  <filterref filter='allow-ipv6'/>
</filter>
```

## Fix safety
Choice: `allow-ipv6` lets every IPv6 packet pass that has the guest's MAC address. A filter that libvirt ships is never
edited; a filter to define beside it is shown.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#sample-filters
- libvirt src/nwfilter/xml/no-other-l2-traffic.xml
"""

from collections.abc import Iterator

from vnetlint.api import (
    SHIPPED,
    Filter,
    FilterRef,
    Fix,
    Interface,
    Network,
    Place,
    Problem,
    Project,
    advise,
    edit,
    el,
    fix,
    parse_address,
    problem,
    related,
    rule,
)


@rule(
    "filter-blocks-ipv6",
    code="VN4110",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference, network = interface.filterref, project.networks.of(interface)
    tree = project.filters.trees.of(reference) if reference else None
    if reference is None or tree is None or not tree.blocks_ipv6:
        return
    place, why = _ipv6(reference, network)
    if place is None:
        return
    yield problem(
        reference,
        f"the filter '{reference.filter}' drops all IPv6, {why}",
        _include(reference, project),
        advise("Define a filter that passes IPv6, and refer to it", SNIPPET.format(reference.filter)),
        related=(related(place, "IPv6 is set here"),),
    )


def _ipv6(reference: FilterRef, network: Network | None) -> tuple[Place | None, str]:
    """What shows that the guest should have IPv6: its network, or an address among the filter's parameters."""
    if network is not None and network.owns_bridge:
        ipv6 = next((ip for ip in network.ips if ip.family == "ipv6"), None)
        place = ipv6 or (network.attribute("ipv6") if network.node.get("ipv6") == "yes" else None)
        if place is not None:
            return place, f"which the network '{network.name}' provides"
    for each in reference.parameters:
        address = parse_address(each.value)
        if address is not None and address.version == 6:
            return each, f"so the guest cannot use {each.value}"
    return None, ""


def _include(reference: FilterRef, project: Project) -> tuple[Fix, ...]:
    meant = project.filters.of(reference)
    if not isinstance(meant, Filter) or reference.filter in SHIPPED:
        return ()
    allowed = edit.insert(meant.node, el("filterref", {"filter": "allow-ipv6"}))
    return fix(f"Include 'allow-ipv6' in the filter '{reference.filter}'", allowed, safety="choice")


SNIPPET = "<filter name='{0}-ipv6'><filterref filter='{0}'/><filterref filter='allow-ipv6'/></filter>"
