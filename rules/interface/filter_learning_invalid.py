"""A filter's way to learn the guest's IP address is none that libvirt has, and the guest does not start.

`CTRL_IP_LEARNING` says how libvirt finds out the address that the filter needs: `any` takes it from the guest's first
packet, `dhcp` from the lease that it is given, and with `none` the parameter `IP` has to be there.

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
web.xml:7:9: error: libvirt has no way 'static' to learn the guest's address: it has any, dhcp, none [filter-learning-invalid]
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
Unsafe: `any` is what libvirt does where nothing is said; `dhcp` may have been meant.

## Libvirt
When the guest starts, unless it has the parameter `IP`: `filter 'clean-traffic' learning value 'static' invalid.`

## References
- https://libvirt.org/formatnwfilter.html#automatic-ip-address-detection
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterDoInstantiate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, problem, rule


@rule(
    "filter-learning-invalid",
    code="VN4106",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
    covers=("B063",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filter_trees.of(reference) if reference else None
    if reference is None or tree is None or not reference.names_all:
        return
    if set(tree.variables) - reference.given - {"MAC"} != {"IP"}:
        return
    for each in reference.parameters:
        if each.name == "CTRL_IP_LEARNING" and each.value and each.value.lower() not in WAYS:
            yield problem(
                each,
                f"libvirt has no way '{each.value}' to learn the guest's address: it has {', '.join(WAYS)}",
                *(
                    fix(f"Say '{way}'", edit.set_attribute(each.node, "value", way), safety="unsafe")
                    for way in WAYS[:2]
                ),
                libvirt_message=f"filter '{reference.filter}' learning value '{each.value}' invalid.",
            )


WAYS = ("any", "dhcp", "none")
