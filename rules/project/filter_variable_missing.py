"""A network filter needs a variable that has no value, so the guest does not start.

`$NAME` in a filter stands for a value that `<filterref>` sets with `<parameter>`. libvirt itself knows only the MAC
address. It learns the IP address from the guest's own packets, unless `CTRL_IP_LEARNING` is `none` or another variable
is missing. Names are case-sensitive.

## What to do
Add a `<parameter>` with the name and value of the variable to the interface's `<filterref>`, or correct the spelling of
the one that is there. For `IP`, libvirt can learn the address instead: remove `CTRL_IP_LEARNING`, or set it to `any`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <mac address='52:54:00:1a:2b:3c'/>
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
      <source network='lan'/>
      <filterref filter='clean-traffic-gateway'/>
    </interface>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='allow-dhcp-server'>
        <parameter name='DhcpServer' value='192.168.20.1'/>
      </filterref>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='none'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: error: filter 'clean-traffic-gateway' needs the variable GATEWAY_MAC, which has no value here [filter-variable-missing]
web.xml:10:7: error: filter 'allow-dhcp-server' needs the variable DHCPSERVER, which has no value here [filter-variable-missing]
web.xml:17:7: error: filter 'clean-traffic' needs the variable IP, which has no value here [filter-variable-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='clean-traffic-gateway'>
        <parameter name='GATEWAY_MAC' value='52:54:00:1a:2b:3c'/>
      </filterref>
    </interface>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='allow-dhcp-server'>
        <parameter name='DHCPSERVER' value='192.168.20.1'/>
      </filterref>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='none'/>
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
      <filterref filter='clean-traffic-gateway'>
        <parameter name='GATEWAY_MAC' value='52:54:00:1a:2b:3c'/>
      </filterref>
    </interface>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='clean-traffic'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest does not start today. The value comes from the network's definition, and another one may be meant. If
the network has none, the parameter to add is only shown. Letting libvirt learn the address is a choice.

## Libvirt
When the guest starts:
`internal error: Cannot instantiate filter due to unresolvable variables or unavailable list elements: GATEWAY_MAC`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- https://libvirt.org/formatnwfilter.html#automatic-ip-address-detection
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterDoInstantiate()
"""

from collections.abc import Iterator

from vnetlint.api import FilterRef, Fix, Interface, Problem, Project, advise, edit, el, fix, problem, rule


@rule(
    "filter-variable-missing",
    code="VN4103",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filters.trees.of(reference) if reference else None
    if reference is None or tree is None or not reference.names_all:
        return
    learns = (reference.value_of("CTRL_IP_LEARNING") or "any").lower() != "none"
    # libvirt learns the address once all other variables have a value.
    for name in sorted(set(tree.variables) - reference.given - {"MAC", *(["IP"] if learns else [])}):
        yield problem(
            reference,
            f"filter '{reference.filter}' needs the variable {name}, which has no value here",
            _rename(reference, name),
            _add(reference, name, project.filters.value_for(interface, name)),
            _learn(reference) if name == "IP" else (),
            advise(f"Add the parameter {name}", f"<parameter name='{name}' value='VALUE'/>"),
            libvirt_message=f"{UNRESOLVED}: {name}",
        )


UNRESOLVED = "Cannot instantiate filter due to unresolvable variables or unavailable list elements"


def _rename(reference: FilterRef, name: str) -> tuple[Fix, ...]:
    """Correct a name that differs only in upper and lower case."""
    twin = next((each for each in reference.parameters if (each.name or "").lower() == name.lower()), None)
    if twin is None:
        return ()
    title = f"Rename the parameter {twin.name} to {name}"
    return fix(title, edit.set_attribute(twin.node, "name", name), safety="unsafe")


def _add(reference: FilterRef, name: str, value: str | None) -> tuple[Fix, ...]:
    if value is None:
        return ()
    added = edit.insert(reference.node, el("parameter", {"name": name, "value": value}))
    return fix(f"Add the parameter {name} with the value {value}", added, safety="unsafe")


def _learn(reference: FilterRef) -> tuple[Fix, ...]:
    places = [each for each in reference.parameters if each.name == "CTRL_IP_LEARNING"]
    edits = (edit.set_attribute(each.node, "value", "any") for each in places)
    return fix("Set CTRL_IP_LEARNING to 'any', so that libvirt learns the address", *edits, safety="choice")
