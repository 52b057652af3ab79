"""A network filter is set on an interface that libvirt cannot filter.

libvirt filters at the host's end of the guest's NIC: on a bridge or, with type `ethernet`, on a tap device. On every
other type it ignores `<filterref>`: the guest starts, no rule is installed, and the saved definition no longer has the
element. If the interface names a network that uses macvtap or a hostdev, the guest does not start.

## What to do
If the guest needs the filter, connect the interface to a bridge, or to a network that has one. Otherwise remove
`<filterref>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
      <filterref filter='clean-traffic'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <filterref filter='clean-traffic'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: warning: <filterref> has no effect on an interface of type 'direct' [filterref-on-direct-interface]
web.xml:11:7: error: <filterref> is not supported on the network 'lan', which uses macvtap [filterref-on-direct-interface]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
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
Choice: nothing is filtered with or without the element, but a filter was meant, so the type or the network may be
wrong. If a network of the project has a bridge, connecting the interface to it is offered too.

## Libvirt
Never on the interface's own type. On a network, when the guest starts:
`interface 52:54:00:0a:0b:0c - filterref is not supported for network interfaces of type direct`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#traffic-filtering-with-nwfilter
- libvirt src/conf/domain_conf.c, virDomainNetDefParseXML()
- libvirt src/qemu/qemu_domain.c, qemuDomainValidateActualNetDef()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Problem, Project, edit, fix, join_network, problem, related, rule


@rule(
    "filterref-on-direct-interface",
    code="VN2020",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    if not interface.filterrefs or interface.type in (None, "bridge", "ethernet"):
        return
    reference = interface.filterrefs[0]
    fixes = fix("Remove <filterref>", edit.remove(reference.node), safety="choice"), _move(interface, project)
    network, attachment = project.networks.of(interface), project.guests.attachment_of(interface)
    if interface.type != "network":
        yield problem(reference, f"<filterref> has no effect on an interface of type '{interface.type}'", *fixes)
    elif network is not None and attachment in ACTUAL_TYPE:
        yield problem(
            reference,
            f"<filterref> is not supported on the network '{network.name}', which uses {attachment}",
            *fixes,
            related=(related(network.mode_place, "the network's mode is set here"),),
            severity="error",
            when="plug",
            libvirt_message=interface.said + REFUSED.format(ACTUAL_TYPE[attachment]),
        )


ACTUAL_TYPE = {"macvtap": "direct", "hostdev": "hostdev"}
REFUSED = "filterref is not supported for network interfaces of type {}"


def _move(interface: Interface, project: Project) -> tuple[Fix, ...]:
    bridged = project.networks.bridged_beside(interface.domain, "bridge", "nat", "route", "open", "isolated")
    if bridged is None or bridged.name is None or interface.source is None:
        return ()
    title = f"Connect the interface to the network '{bridged.name}', which supports filters"
    return fix(title, *join_network(interface, bridged.name), safety="choice")
