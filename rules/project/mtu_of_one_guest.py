"""A guest's MTU changes the MTU of its whole network, or is larger than it.

The bridge of a network without `<mtu>` takes the smallest MTU of its ports. A guest with an MTU of 1400 lowers it for
every other guest, and nobody notices. A bridge of the host does the same if nobody has set its MTU. A guest whose MTU
is above that of its network sends frames that the others drop.

## What to do
If all guests of the network should have this MTU, set `<mtu>` in the network. Otherwise remove `<mtu>` from the
interface. Also remove it where the guest joins a bridge of the host.

## Bad
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
      <mtu size='1400'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: warning: MTU 1400 becomes the MTU of every guest of network 'lan' [mtu-of-one-guest]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <mtu size='1400'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <mtu size='1400'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <mtu size='1400'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: either every guest of the network gets the MTU, or this guest loses it.

## Libvirt
Never: the bridge was seen to take the MTU of 1400 from its guest.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#mtu-configuration
- libvirt src/qemu/qemu_interface.c, qemuInterfaceBridgeConnect()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Node, Problem, Project, edit, fix, problem, related, rule, set_child


@rule("mtu-of-one-guest", code="VN3407", on=Interface, severity="warning", when="never", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, size, node = project.networks.of(interface), interface.mtu, interface.node.child("mtu")
    if node is None or not size:
        return
    if network is None or not network.owns_bridge:
        yield from _on_host_bridge(interface, size, node, project)
    else:
        yield from _on_own_bridge(network, size, node, project)


def _on_own_bridge(network: Network, size: int, node: Node, project: Project) -> Iterator[Problem]:
    """The finding for a bridge that libvirt makes: the network sets another MTU, or none."""
    own, name = network.node.child("mtu"), network.label
    if (own is None and size == 1500) or (own is not None and (network.mtu is None or size == network.mtu)):
        return
    removed = fix("Remove <mtu> from this interface", edit.remove(node), safety="choice")
    if own is not None and network.mtu is not None and size < network.mtu:
        message = f"MTU {size} is less than the {network.mtu} of {name}: larger frames are dropped"
        note = related(own, "the MTU of the network is set here")
        yield problem(node, message, removed, related=(note,), severity="info")
        return
    change = f"is more than the {network.mtu} of" if own else "becomes the MTU of every guest of"
    whole = set_child(network.node, "mtu", "size", str(size))
    yield problem(
        node,
        f"MTU {size} {change} {name}",
        fix(f"Set MTU {size} in {name}", whole, safety="choice"),
        removed,
        related=(related(own or network.name_node, f"{name} is here"),),
    )


def _on_host_bridge(interface: Interface, size: int, node: Node, project: Project) -> Iterator[Problem]:
    """The finding for a bridge of the host: the inventory gives its MTU, or other guests on it have a larger one."""
    network = project.networks.of(interface)
    place = project.bridges.joined_by(interface)
    link = project.host.link(place.value) if project.host and place else None
    if (
        place is None
        or project.guests.switch_of(interface) == "openvswitch"
        or project.bridges.on_openvswitch(interface)
    ):
        return
    beside = (
        project.guests.interfaces_on(network) if network else project.bridges.joining(place.value, interface.domain)
    )
    other = next((each for each in beside if each is not interface and (each.mtu or 1500) > size), None)
    if (link is not None and link.mtu is not None and size < link.mtu) or (link is None and other and size < 1500):
        was = f" instead of {link.mtu}" if link else ""
        yield problem(
            node,
            f"MTU {size} becomes that of bridge '{place.value}' and all its guests{was}",
            fix("Remove <mtu> from this interface", edit.remove(node), safety="choice"),
            related=(related(other, f"{other.label} is on the bridge too"),) if other else (),
            # A bridge keeps an MTU that somebody set on it, and any other than 1500 may have been set.
            severity=None if link and link.mtu == 1500 else "info",
        )
