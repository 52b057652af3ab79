"""A guest is only on macvtap, so the guest and its host do not reach each other.

A macvtap device sends the guest's frames to the NIC's wire, past the host's own network stack, and the host's frames go
to the wire too. Guests and LAN reach each other, but guest and host do not: no SSH from the host, and no NFS or DNS
server on it.

The rule reports nothing where the host is reached in another way: by any other kind of interface, or by a switch that
reflects frames (`hairpin` in the inventory, with modes `vepa` and `private`, or a `<virtualport>`). The same is true of
a NIC that is a virtual function, or that has no address of the host in the inventory.

## What to do
If guest and host should not reach each other, which is usual, nothing has to change. Otherwise add a second interface
on an isolated network: it connects guest and host, and leads nowhere else.

## Bad
```xml backstage.xml
<network>
  <name>backstage</name>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:4:5: info: 'web' is on macvtap only, so it and its host do not reach each other [macvtap-host-isolation]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
      <model type='virtio'/>
    </interface>
    <interface type='network'>
      <source network='backstage'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
      <model type='virtio'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest gets one more interface, but may be meant to stay apart from its host.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#examples-using-a-macvtap-direct-connection
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Host, Interface, Network, Problem, Project, advise, arrives, edit, el, fix, problem, rule


@rule(
    "macvtap-host-isolation",
    code="VN2010",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    if isinstance(user, Network):
        yield from _unused_network(user, project)
        return
    interface, domain = user, user.domain
    if interface is domain.interfaces[0] and all(_keeps_off_host(each, project) for each in domain.interfaces):
        if arrives(project, domain, "host", "allowed") == "":
            return
        guest = f"'{domain.name}'" if domain.name else "this guest"
        message = f"{guest} is on macvtap only, so it and its host do not reach each other"
        yield problem(interface, message, _second_interface(interface, project))


def _unused_network(network: Network, project: Project) -> Iterator[Problem]:
    """The problem of a network that no guest of the project uses; otherwise each guest is reported."""
    is_used = network.attachment != "macvtap" or project.guests.interfaces_on(network)
    if is_used or not _cuts_off(network.mode, network, None, project):
        return
    if arrives(project, network, "host", "allowed") != "":
        message = "guests are on macvtap here, so they and their host do not reach each other"
        second = advise("Add a second interface to guests that need the host", "<source network='NETWORK'/>")
        yield problem(network.mode_place, message, second)


def _keeps_off_host(interface: Interface, project: Project) -> bool:
    network = project.networks.of(interface)
    if project.guests.attachment_of(interface) != "macvtap":
        return False
    return _cuts_off(network.mode if network else interface.direct_mode, network, interface, project)


def _cuts_off(mode: str | None, network: Network | None, interface: Interface | None, project: Project) -> bool:
    host = project.host
    reflected = mode in ("vepa", "private") and host is not None and host.inventory.upstream.hairpin is True
    virtualport = (interface and interface.node.child("virtualport")) or (network and network.node.child("virtualport"))
    if mode not in ("bridge", "vepa", "private", "passthrough") or reflected or virtualport:
        return False
    named = network.forward.devices if network and network.forward else (interface.device if interface else None,)
    return not any(device is not None and _has_no_address(device.value, host) for device in named)


def _has_no_address(device: str, host: Host | None) -> bool:
    link = host.link(device) if host else None
    return link is not None and (link.is_vf is True or not link.addresses)


def _second_interface(interface: Interface, project: Project) -> tuple[Fix, ...]:
    found = project.networks.bridged_beside(interface.domain, "isolated", "nat", "route", "open")
    name = found.name if found else "default" if "default" in project.external else None
    if name is None:
        return advise("Add a second interface on a network that the host is on", "")
    model = interface.node.child("model")
    same_model = (el("model", {"type": model.get("type") or "virtio"}),) if model else ()
    second = el("interface", {"type": "network"}, el("source", {"network": name}), *same_model)
    return fix(
        f"Add an interface on the network '{name}'",
        edit.insert_after(interface.domain.interfaces[-1].node, second),
        safety="choice",
    )
