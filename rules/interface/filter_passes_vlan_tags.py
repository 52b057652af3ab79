"""A filter checks the guest's addresses, but not in frames with a VLAN tag.

Chains such as `ipv4` and `arp` see only frames whose type is IPv4 or ARP. A frame that the guest tags itself has the
type 802.1Q, so no rule in those chains matches it. On a bridge without VLAN filtering it reaches every port. Filters
that drop whatever no rule allows, such as `clean-traffic`, are not affected.

## What to do
In a filter of your own, add a rule that drops `<vlan/>` in direction `out`. Replace a filter that libvirt ships with
`clean-traffic`. If the guest should send tagged frames, nothing has to change.

## Bad
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='no-mac-spoofing'/>
  <filterref filter='no-ip-spoofing'/>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='guests'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='no-ip-spoofing'>
        <parameter name='IP' value='192.168.122.11'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: info: the filter 'guests' does not check the guest's VLAN-tagged frames [filter-passes-vlan-tags]
web.xml:12:7: info: the filter 'no-ip-spoofing' does not check the guest's VLAN-tagged frames [filter-passes-vlan-tags]
```

## Fixed
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='no-mac-spoofing'/>
  <filterref filter='no-ip-spoofing'/>
  <rule action='drop' direction='out' priority='500'>
    <vlan/>
  </rule>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='guests'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.122.11'/>
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
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest may be meant to send tagged frames. A filter that libvirt ships is not edited but replaced with
`clean-traffic`, which also checks MAC addresses and ARP, and drops IPv6.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#limitations
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, ebtablesCreateTmpSubChainFW()
"""

from collections.abc import Iterator

from vnetlint.api import SHIPPED, Filter, Interface, Problem, Project, Tree, edit, el, fix, problem, rule


@rule(
    "filter-passes-vlan-tags",
    code="VN4114",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filters.trees.of(reference) if reference else None
    if reference is None or tree is None or tree.drops_rest or tree.sees_tags or not _guards(tree):
        return
    meant = project.filters.of(reference)
    dropped = el("rule", {"action": "drop", "direction": "out", "priority": "500"}, el("vlan"))
    if isinstance(meant, Filter) and reference.filter not in SHIPPED:
        title, edits = f"Drop tagged frames in the filter '{reference.filter}'", edit.insert(meant.node, dropped)
    else:
        title = "Use the filter 'clean-traffic'"
        edits = edit.set_attribute(reference.node, "filter", "clean-traffic")
    message = f"the filter '{reference.filter}' does not check the guest's VLAN-tagged frames"
    yield problem(reference, message, fix(title, edits, safety="choice"))


def _guards(tree: Tree) -> bool:
    """Whether it lets out only the guest's own IP address, which is a parameter or part of a rule."""
    return "IP" in tree.uses or "IPV6" in tree.uses or tree.checks_sender
