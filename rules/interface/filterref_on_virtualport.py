"""A network filter is set on an interface with a virtual port, such as Open vSwitch's, and the guest does not start.

libvirt filters with ebtables and iptables, which see only the ports of a Linux bridge. A switch with flows of its own,
such as Open vSwitch, has to filter itself.

## What to do
Remove `<filterref>`, and filter on the switch. If libvirt should filter, connect the interface to a Linux bridge
without `<virtualport>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
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
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <filterref filter='clean-traffic'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:7: error: <filterref> is not supported with a virtualport of type 'openvswitch' [filterref-on-virtualport]
web.xml:13:7: error: <filterref> is not supported with a virtualport of type 'openvswitch' [filterref-on-virtualport]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
    </interface>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <filterref filter='clean-traffic'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: without `<filterref>` the guest starts unfiltered, and the switch has to do the filtering.

## Libvirt
When the guest starts: `interface 52:54:00:0a:0b:0c - filterref is not supported for network interfaces with virtualport
type openvswitch`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#traffic-filtering-with-nwfilter
- libvirt src/qemu/qemu_domain.c, qemuDomainValidateActualNetDef()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, known, problem, related, rule


@rule(
    "filterref-on-virtualport",
    code="VN4105",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    if interface.filterref is None or project.guests.attachment_of(interface) in ("macvtap", "hostdev"):
        return
    port = next((each.virtualport for each in project.guests.plugs_of(interface) if known(each.switch)), None)
    switch = port.get("type") if port else None
    if port is None or switch is None:
        return
    yield problem(
        interface.filterref,
        f"<filterref> is not supported with a virtualport of type '{switch}'",
        fix("Remove <filterref>", edit.remove(interface.filterref.node), safety="choice"),
        related=(related(port, "the virtualport is here"),),
        libvirt_message=interface.said + REFUSED.format(switch),
    )


REFUSED = "filterref is not supported for network interfaces with virtualport type {}"
