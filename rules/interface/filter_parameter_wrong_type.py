"""A parameter of a filter is not the address, MAC address or port that the filter needs, and the guest does not start.

libvirt passes the value to the firewall as it is, and the firewall refuses it.

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

## Report
```text
web.xml:8:9: error: invalid value '192.168.20.300' for the parameter IP: expected an IPv4 address [filter-parameter-wrong-type]
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
Unsafe: the value becomes the one that the network's definition has for the guest. Where it has none, removing the
parameter is a choice: libvirt then learns the guest's address.

## Libvirt
When the guest starts: ``internal error: Failed to apply firewall rules … host/network `192.168.20.300' not found``, with
the words of the firewall's own command

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, printVar()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Kind, Problem, Project, advise, edit, fix, parse_address, parse_mac, problem, rule


@rule(
    "filter-parameter-wrong-type",
    code="VN4107",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
    covers=("B064",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filter_trees.of(reference) if reference else None
    for each in reference.parameters if reference and tree else ():
        kinds = tree.variables.get(each.name or "", frozenset()) if tree else frozenset()
        wrong = next((kind for kind in sorted(kinds) if each.value and not _fits(each.value, kind)), None)
        if wrong is None:
            continue
        right = project.value_for(interface, each.name or "")
        usable = right is not None and _fits(right, wrong)
        yield problem(
            each,
            f"invalid value '{each.value}' for the parameter {each.name}: expected {WORD[wrong]}",
            fix(f"Set {each.name} to {right}", edit.set_attribute(each.node, "value", right or ""), safety="unsafe")
            if usable
            else (),
            fix("Remove IP, so that libvirt learns the address", edit.remove(each.node), safety="choice")
            if each.name == "IP" and wrong == "ipv4"
            else (),
            advise(f"Set {each.name} to {WORD[wrong]}", f"<parameter name='{each.name}' value='…'/>"),
        )


WORD: dict[Kind, str] = {
    "ipv4": "an IPv4 address", "ipv6": "an IPv6 address", "mac": "a MAC address", "number": "a port number",
}  # fmt: skip


def _fits(value: str, kind: Kind) -> bool:
    """Whether the firewall would take a value; what libvirt itself passes over is left to the schema."""
    if kind in ("ipv4", "ipv6"):
        address = parse_address(value)
        return "/" in value or (address is not None and f"ipv{address.version}" == kind)
    if kind == "mac":
        return parse_mac(value) is not None
    digits = value.lstrip("0") if value.isascii() and value.isdigit() else ""
    return kind != "number" or (len(digits), digits) <= (5, "65535")
