"""A filter's parameter CTRL_IP_LEARNING has an invalid value, and the guest does not start.

`CTRL_IP_LEARNING` selects how libvirt finds the address that the filter needs: `any` takes it from the guest's first
packet, and `dhcp` from the guest's lease. With `none` the parameter `IP` must be set.

## What to do
Set `CTRL_IP_LEARNING` to `dhcp` if the guest gets its address by DHCP, and to `any` otherwise. If the guest has a fixed
address, set the parameter `IP` to it instead.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='static'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:9: error: invalid value 'static' for CTRL_IP_LEARNING: expected 'any', 'dhcp' or 'none' [filter-learning-invalid]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='any'/>
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
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='dhcp'/>
        <parameter name='DHCPSERVER' value='192.168.122.1'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: `any` is libvirt's default, but `dhcp` may have been meant. The fix for a value that resembles one of the three
is unsafe.

## Libvirt
When the guest starts, unless it has the parameter `IP`: `filter 'clean-traffic' learning value 'static' invalid.`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#automatic-ip-address-detection
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterDoInstantiate()
"""

from collections.abc import Iterator

from vnetlint.api import FilterParameter, Fix, Interface, Names, Problem, Project, Safety, edit, fix, problem, rule


@rule(
    "filter-learning-invalid",
    code="VN4106",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filters.trees.of(reference) if reference else None
    missing = set(tree.variables) - reference.given - {"MAC"} if reference and tree else None
    if reference is None or not reference.names_all or missing != {"IP"}:
        return
    for each in reference.parameters:
        if each.name == "CTRL_IP_LEARNING" and each.value and each.value.lower() not in WAYS:
            yield problem(
                each,
                f"invalid value '{each.value}' for CTRL_IP_LEARNING: expected 'any', 'dhcp' or 'none'",
                *(_set(each, way, safety) for way, safety in _meant(each.value.lower())),
                libvirt_message=f"filter '{reference.filter}' learning value '{each.value}' invalid.",
            )


WAYS = ("any", "dhcp", "none")


def _set(parameter: FilterParameter, way: str, safety: Safety) -> tuple[Fix, ...]:
    return fix(f"Set CTRL_IP_LEARNING to '{way}'", edit.set_attribute(parameter.node, "value", way), safety=safety)


def _meant(value: str) -> tuple[tuple[str, Safety], ...]:
    """The way that a value resembles; otherwise a choice of those that need no address."""
    near = Names(WAYS).similar(value)
    return ((near, "unsafe"),) if near else (("any", "choice"), ("dhcp", "choice"))
