"""The two NICs of a teaming pair are on different networks, so a failover moves the guest to another network.

Both NICs stand for one connection: the guest and the switch see one MAC address with one IP address. If the persistent
NIC is on a NAT network, or on a bridge without a way to the host device's LAN, the guest's address does not work there.

The rule reports a persistent NIC on a network that libvirt itself creates, because a host device leads to another LAN.
It also reports a pair whose NICs are in different VLANs.

## What to do
Connect the persistent NIC to the LAN of the host device: to a network with `<forward mode='bridge'/>`, or to a host
bridge on that LAN. Put both NICs into the same VLAN.

## Bad
```xml inner.xml
<network>
  <name>inner</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='inner'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:15: warning: the network 'inner' is not the LAN that the other NIC of the teaming pair is on [teaming-different-networks]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lan'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
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
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest moves to a bridged network, and only a person knows whether that is the LAN of the host device.

## Libvirt
Never.

Not seen: it takes a device that is passed to the guest.

## References
- https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
"""

from collections.abc import Iterator

from vnetlint.api import (
    EXTERNAL_NETWORKS,
    Domain,
    Fix,
    Interface,
    Problem,
    Project,
    Related,
    advise,
    edit,
    fix,
    known,
    problem,
    related,
    rule,
)


@rule(
    "teaming-different-networks",
    code="VN2157",
    on=Domain,
    severity="warning",
    when="never",
    since="0.1",
)
def check(domain: Domain, project: Project) -> Iterator[Problem]:
    for staying, going in domain.teaming_pairs:
        vlans = _vlans(staying, project), _vlans(going, project)
        where = related(going, "the other NIC")
        if _is_libvirts(staying, project) and project.guests.attachment_of(going) == "hostdev":
            yield _on_another_lan(staying, where, project)
        elif all(vlans) and vlans[0] != vlans[1]:
            tags = [" and ".join(sorted(each)) for each in vlans]
            message = f"the interface is in VLAN {tags[0]}, and the other NIC of the teaming pair in VLAN {tags[1]}"
            moved = advise("Put both NICs into the same VLAN", VLAN.format(tags[1]))
            yield problem(staying, message, moved, related=(where,))


VLAN = "<vlan>\n  <tag id='{}'/>\n</vlan>"


def _is_libvirts(staying: Interface, project: Project) -> bool:
    """Whether the NIC is on a network that libvirt creates."""
    network, name = project.networks.of(staying), staying.network.value if staying.network else None
    if network is not None:
        return network.owns_bridge
    # The default network comes with libvirt, so it often has no file.
    return name in EXTERNAL_NETWORKS and not project.networks.by_name.get(name)


def _on_another_lan(staying: Interface, where: Related, project: Project) -> Problem:
    network, name = project.networks.of(staying), staying.network.value if staying.network else None
    mode = (related(network.mode_place, "the network's mode is set here"),) if network else ()
    return problem(
        staying.network or staying,
        f"the network '{name}' is not the LAN that the other NIC of the teaming pair is on",
        _move(staying, project),
        related=(where, *mode),
        severity=None if network else "info",
    )


def _vlans(interface: Interface, project: Project) -> frozenset[str]:
    """The VLANs of an interface, from the nearest place that has any; none if one is unknown."""
    vlan = next((plug.vlan for plug in project.guests.plugs_of(interface) if plug.vlan), None)
    tags = [known(tag.get("id")) for tag in vlan.all("tag")] if vlan else []
    return frozenset(each for each in tags if each) if all(tags) else frozenset()


def _move(staying: Interface, project: Project) -> tuple[Fix, ...]:
    bridged = project.networks.bridged_beside(staying.domain, "bridge")
    if bridged is None or bridged.name is None or staying.source is None:
        return advise("Connect this NIC to a host bridge on the same LAN", BRIDGED)
    named = edit.set_attribute(staying.source, "network", bridged.name)
    return fix(f"Connect the interface to the network '{bridged.name}'", named, safety="choice")


BRIDGED = "<interface type='bridge'>\n  <source bridge='br0'/>\n  …\n</interface>"
