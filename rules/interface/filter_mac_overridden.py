"""A filter's parameter MAC differs from the interface's address, so the guest's own frames are dropped.

libvirt itself sets MAC to the interface's address. A parameter of that name replaces it in every rule:
`no-mac-spoofing` then lets out only frames with the other address.

## What to do
Remove the parameter MAC. If its address is the one that the guest should have, set the interface's `<mac address='…'/>`
to it instead.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='MAC' value='52:54:00:0a:0b:0d'/>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:8:9: error: the parameter MAC is 52:54:00:0a:0b:0d, but the interface has the address 52:54:00:0a:0b:0c [filter-mac-overridden]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.122.10'/>
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
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest may set that address itself. If the interface has no `<mac>`, both fixes are a choice, because the
parameter may be the address that it should have.

## Libvirt
Never: the guest starts, and the firewall uses the parameter's address instead of the interface's.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- libvirt src/conf/nwfilter_params.c, virNWFilterHashTablePutAll()
"""

from collections.abc import Iterator

from vnetlint.api import Edits, Interface, Problem, Project, edit, fix, parse_mac, problem, related, rule, set_child


@rule(
    "filter-mac-overridden",
    code="VN4104",
    on=Interface,
    severity="error",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filters.trees.of(reference) if reference else None
    if reference is None or (tree is not None and "MAC" not in tree.variables):
        return
    for each in reference.parameters:
        given = parse_mac(each.value) if each.name == "MAC" else None
        if given is None or (interface.mac_place is not None and interface.mac in (given, None)):
            continue
        yield problem(
            each,
            f"the parameter MAC is {given}, but the interface "
            + (f"has the address {interface.mac}" if interface.mac else "has no <mac> and gets another address"),
            fix("Remove the parameter MAC", edit.remove(each.node), safety="unsafe" if interface.mac else "choice"),
            fix(f"Set the interface's address to {given}", _set_mac(interface, given), safety="choice"),
            related=(related(interface.mac_place, "the interface's address"),) if interface.mac_place else (),
        )


def _set_mac(interface: Interface, address: str) -> Edits:
    return set_child(interface.node, "mac", "address", address)
