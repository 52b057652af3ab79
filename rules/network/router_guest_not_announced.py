"""An isolated network has a guest that routes, but DHCP announces no router to the other guests.

In an isolated network dnsmasq announces no default route, because the host forwards nothing. A `<route>` of the network
means that one of its guests routes. The host knows the way from it, and the other guests do not.

## What to do
Announce the guest with the dnsmasq option `dhcp-option=option:router,ADDRESS`, so that the others use it as their
router. If they have another way out or need none, this is intended: keep the configuration as it is.

## Bad
```xml
<network>
  <name>lab</name>
  <ip address='10.44.0.1' prefix='24'>
    <dhcp>
      <range start='10.44.0.100' end='10.44.0.200'/>
    </dhcp>
  </ip>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.2'/>
</network>
```

## Report
```text
lan.xml:4:5: info: DHCP announces no router, but the guest 10.44.0.2 routes [router-guest-not-announced]
```

## Fixed
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='10.44.0.1' prefix='24'>
    <dhcp>
      <range start='10.44.0.100' end='10.44.0.200'/>
    </dhcp>
  </ip>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.2'/>
  <dnsmasq:options>
    <dnsmasq:option value='dhcp-option=option:router,10.44.0.2'/>
  </dnsmasq:options>
</network>
```

## Good
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='10.44.0.1' prefix='24'>
    <dhcp>
      <range start='10.44.0.100' end='10.44.0.200'/>
    </dhcp>
  </ip>
  <route address='10.50.0.0' prefix='24' gateway='10.44.0.2'/>
  <dnsmasq:options>
    <dnsmasq:option value='dhcp-option=option:router,10.44.0.2'/>
  </dnsmasq:options>
</network>
```

## Fix safety
A choice: guests that have another way out would use this one. The option needs libvirt 5.6.

## Libvirt
Never: dnsmasq gets an empty `dhcp-option=3`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#network-namespaces
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Node, Problem, Project, advise, edit, el, fix, problem, related, rule

NAMESPACE = "http://libvirt.org/schemas/network/dnsmasq/1.0"


@rule(
    "router-guest-not-announced",
    code="VN1414",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode != "isolated" or network.sets_dnsmasq("dhcp-option", "dhcp-range"):
        return
    served = [ip for ip in network.ips if ip.family == "ipv4" and (ip.ranges or ip.hosts)]
    routes = [each for each in network.routes if each.gateway and each.subnet and each.subnet.prefixlen]
    for ip in served[:1]:
        route = next((each for each in routes if ip.subnet and each.gateway in ip.subnet), None)
        if route is None and ip.dhcp is not None:
            yield from _by_guest(network, ip.dhcp, project)
        if route is None or ip.dhcp is None or route.gateway == ip.address:
            continue
        option = el("dnsmasq:option", {"value": f"dhcp-option=option:router,{route.gateway}"})
        yield problem(
            ip.dhcp,
            f"DHCP announces no router, but the guest {route.gateway} routes",
            fix(
                f"Announce {route.gateway} as the router by DHCP",
                edit.set_attribute(network.node, "xmlns:dnsmasq", NAMESPACE),
                edit.insert(network.node, el("dnsmasq:options", {}, option)),
                safety="choice",
            ),
            related=(related(route, "the route through this guest"),),
        )


def _by_guest(network: Network, dhcp: Node, project: Project) -> Iterator[Problem]:
    """Report the only guest with an interface that leads out, if the network has other guests."""
    nics = project.guests.interfaces_on(network)
    leading = [each for each in nics if any(_leads_out(other, project) for other in each.domain.interfaces)]
    if len({each.domain for each in leading}) == 1 < len({each.domain for each in nics}):
        guest = leading[0].domain.label
        yield problem(
            dhcp,
            f"DHCP announces no router, but {guest} may be one: it is on another network too",
            advise("Announce it by DHCP, in <dnsmasq:options>", "<dnsmasq:option value='dhcp-option=3,ADDRESS'/>"),
            related=(related(leading[0], "its interface on this network"),),
            confidence="low",
        )


def _leads_out(interface: Interface, project: Project) -> bool:
    network = project.networks.of(interface)
    return network.mode != "isolated" if network else interface.type in ("bridge", "direct")
