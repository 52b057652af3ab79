"""A filter learns the guest's address from the guest itself, or from any DHCP server that answers first.

If no parameter sets the guest's IP address, libvirt takes it from the guest's first packet. Until then every address
passes; afterwards only that address passes, no matter whose it is. With `CTRL_IP_LEARNING` set to `dhcp` the address
comes from a lease, but without `DHCPSERVER` another guest may offer it.

## What to do
If the guest has a fixed address, set the parameter `IP` to it. Otherwise set `CTRL_IP_LEARNING` to `dhcp`, and
`DHCPSERVER` to the address of the network's DHCP server. If you trust all guests on the network, nothing has to change.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
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
      <filterref filter='clean-traffic'/>
    </interface>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='clean-traffic'/>
    </interface>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='dhcp'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:7: info: the filter learns the guest's address from its first packet [filter-address-learnt]
web.xml:11:7: info: the filter learns the guest's address from its first packet [filter-address-learnt]
web.xml:15:7: info: the filter learns the guest's address from any DHCP server [filter-address-learnt]
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
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='dhcp'/>
        <parameter name='DHCPSERVER' value='192.168.20.1'/>
      </filterref>
    </interface>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='dhcp'/>
        <parameter name='DHCPSERVER' value='192.168.20.1'/>
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
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='dhcp'/>
        <parameter name='DHCPSERVER' value='192.168.20.1'/>
      </filterref>
    </interface>
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
Choice: a guest that uses other addresses than the network gives it is cut off. The first fix sets the address that the
network reserves for the guest; the other one names libvirt's own DHCP server. If the files contain neither, the
parameter is only shown.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#automatic-ip-address-detection
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterDoInstantiate()
"""

from collections.abc import Iterator

from vnetlint.api import Edits, FilterRef, Fix, Interface, Problem, Project, advise, edit, el, fix, problem, rule


@rule(
    "filter-address-learnt",
    code="VN4108",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filters.trees.of(reference) if reference else None
    if reference is None or tree is None or not _learns(reference, set(tree.variables)):
        return
    way = _way(reference)
    address, server = project.filters.value_for(interface, "IP"), project.filters.value_for(interface, "DHCPSERVER")
    yield problem(
        reference,
        f"the filter learns the guest's address from {'its first packet' if way == 'any' else 'any DHCP server'}",
        _named(reference, address),
        _leased(reference, server, way),
        () if address or server else advise("Set the guest's address, or the DHCP server to trust", SNIPPET[way]),
    )


def _way(reference: FilterRef) -> str:
    return (reference.value_of("CTRL_IP_LEARNING") or "any").lower()


def _learns(reference: FilterRef, variables: set[str]) -> bool:
    """Whether only the address is missing, and no parameter names a DHCP server to trust."""
    missing, way = variables - reference.given - {"MAC"}, _way(reference)
    trusted = way == "dhcp" and "DHCPSERVER" in reference.given
    return reference.names_all and missing == {"IP"} and way in ("any", "dhcp") and not trusted


SNIPPET = {
    "any": "<parameter name='IP' value='ADDRESS'/>",
    "dhcp": "<parameter name='DHCPSERVER' value='ADDRESS'/>",
}


def _named(reference: FilterRef, address: str | None) -> tuple[Fix, ...]:
    named = _parameters(reference, {"IP": address} if address else {})
    return fix(f"Set IP to {address}", named, safety="choice")


def _leased(reference: FilterRef, server: str | None, way: str) -> tuple[Fix, ...]:
    learning = {} if "CTRL_IP_LEARNING" in reference.given else {"CTRL_IP_LEARNING": "dhcp"}
    if server is None or (way == "any" and not learning):
        return ()
    leased = _parameters(reference, {**learning, "DHCPSERVER": server})
    return fix(f"Learn the address from leases of {server} only", leased, safety="choice")


def _parameters(reference: FilterRef, values: dict[str, str]) -> Edits:
    return edit.insert(reference.node, *(el("parameter", {"name": name, "value": values[name]}) for name in values))
