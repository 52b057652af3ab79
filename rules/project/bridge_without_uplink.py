"""A bridged network or guest joins a bridge that no NIC leads out of, so nobody reaches the LAN.

libvirt joins whatever bridge it is told to. Without a NIC among the bridge's ports guests reach each other, and the host
where it has an address on the bridge, and nothing else; without the bridge itself the guests do not start. Which ports a
bridge has is a fact of the host: the rule speaks where an inventory tells it, or where another network of the project
makes the bridge and isolates it.

## Bad
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
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```xml old.xml
<network>
  <name>old</name>
  <forward mode='bridge'/>
  <bridge name='br9'/>
</network>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br9'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]},
                {"name": "eth1", "kind": "nic"},
                {"name": "br0", "kind": "bridge", "ports": []}]}
```

## Report
```text
db.xml:5:15: error: the host has no bridge 'br9' [bridge-without-uplink]
lan.xml:4:11: error: the bridge 'br0' of the host has no NIC among its ports [bridge-without-uplink]
old.xml:4:11: error: the host has no bridge 'br9' [bridge-without-uplink]
web.xml:5:15: error: the bridge 'br0' of the host has no NIC among its ports [bridge-without-uplink]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml old.xml
<network>
  <name>old</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='direct'>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"},
                {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]}]}
```

## Fix safety
Unsafe: perhaps the bridge is to get its NIC later. Where the host has an address on the bridge it may route by hand, and
the finding is a warning. With a NIC that is free and has no address, the guests are put on it
by macvtap, which needs no bridge but keeps them from the host; else a network becomes an isolated one, which is what it
is already. Attaching a NIC to the bridge is shown as a command for the host.

## Libvirt
Never where the bridge exists. Where it does not, when a guest starts:
`Cannot get interface MTU on 'br9': No such device`. A network with `<bandwidth>` or `macTableManager='libvirt'` does not
even start then: `Cannot find device "br9"`, `Unable to set bridge br9 vlan_filtering via ioctl: Invalid argument`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkBridge()
- libvirt src/qemu/qemu_interface.c, qemuInterfaceBridgeConnect()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Network,
    Problem,
    Project,
    advise,
    edit,
    el,
    fix,
    known,
    problem,
    related,
    rule,
)  # fmt: skip


@rule(
    "bridge-without-uplink",
    code="VN3001",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
    covers=("B022", "B049", "C081"),
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    place = _bridge_joined(user)
    name = known(place.value) if place else None
    if place is None or name is None:
        return
    makers = [each for each in project.networks_by_bridge.get(name, ()) if each.owns_bridge]
    isolating = next((each for each in makers if each.mode == "isolated" and isinstance(user, Network)), None)
    fixes = _fixes(user, place, project)
    if isolating is not None and project.same_host(isolating, user if isinstance(user, Network) else user.domain):
        yield problem(
            place,
            f"the bridge '{name}' is made by the isolated network '{isolating.name}' and has no NIC",
            *fixes,
            related=(related(isolating.bridge or isolating, "made here"),),
        )
    elif not makers and project.host is not None and project.host.lacks(name):
        message, said = f"the host has no bridge '{name}'", _refusal(user)
        yield problem(
            place, message, *fixes, when="plug" if said == NO_DEVICE else "start", libvirt_message=said.format(name)
        )
    elif not makers and project.host is not None and project.host.has_uplink(name) is False:
        link = project.host.link(name)
        message = f"the bridge '{name}' of the host has no NIC among its ports"
        yield problem(place, message, *fixes, severity="warning" if link and link.addresses else None)


NO_DEVICE = "Cannot get interface MTU on '{}': No such device"
NO_FILTERING = "Unable to set bridge {} vlan_filtering via ioctl: Invalid argument"
NO_SHAPING = 'Cannot find device "{}"'


def _refusal(user: Network | Interface) -> str:
    """What libvirt says about the bridge: of a network when it starts, where it has something to set there."""
    if isinstance(user, Interface):
        return NO_DEVICE
    if user.bridge is not None and user.bridge.node.get("macTableManager") == "libvirt":
        return NO_FILTERING
    return NO_SHAPING if user.node.child("bandwidth") else NO_DEVICE


def _bridge_joined(user: Network | Interface) -> Attribute | None:
    """The attribute that names the host's bridge, where the network or guest joins one."""
    if isinstance(user, Interface):
        return user.bridge
    if user.attachment != "host-bridge" or user.bridge is None or user.bridge.name is None:
        return None
    return user.bridge.attribute("name")


def _fixes(user: Network | Interface, place: Attribute, project: Project) -> Iterator[tuple[Fix, ...]]:
    """Whichever the facts allow: macvtap on a free NIC, an isolated network, or a NIC for the bridge."""
    free = [link for link in project.host.free_nics if not link.addresses] if project.host else []
    for link in free[:1]:
        yield _use_macvtap(user, link.name)
    if isinstance(user, Network) and user.forward and user.bridge:
        removed = edit.remove(user.forward.node), edit.remove(user.bridge.node)
        yield fix("Make it an isolated network", *removed, safety="unsafe")
    nic = free[0].name if free else "NIC"
    yield advise(
        f"Attach {nic if free else 'a NIC'} to {place.value} on the host",
        f"ip link set dev {nic} master {place.value} && ip link set dev {nic} up",
    )


def _use_macvtap(user: Network | Interface, nic: str) -> tuple[Fix, ...]:
    title = f"Put the guests on {nic} by macvtap"
    if isinstance(user, Interface):
        source = el("source", {"dev": nic, "mode": "bridge"})
        typed = edit.set_attribute(user.node, "type", "direct")
        return fix(title, typed, edit.replace(user.source, source) if user.source else (), safety="unsafe")
    if user.forward is None or user.bridge is None:
        return ()
    inserted = edit.insert(user.forward.node, el("interface", {"dev": nic}))
    return fix(title, inserted, edit.remove(user.bridge.node), safety="unsafe")
