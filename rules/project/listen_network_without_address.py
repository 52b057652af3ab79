"""A guest's screen listens on the address of a network that has none, so the guest does not start.

`<listen type='network'>` uses the host's address on that network for VNC or SPICE: the first `<ip>` of a network that
libvirt creates, or the address of the host's bridge or NIC that the network uses.

## What to do
Set `network` to a network that has an address, or add an `<ip>` to this one. If only the host needs the screen, use
`<listen type='address' address='127.0.0.1'/>`.

## Bad
```xml quiet.xml
<network>
  <name>quiet</name>
  <bridge name='virbr5'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <graphics type='vnc' autoport='yes'>
      <listen type='network' network='quiet'/>
    </graphics>
    <graphics type='vnc' autoport='yes'>
      <listen type='network' network='screens'/>
    </graphics>
  </devices>
</domain>
```
```toml
complete = true
```

## Report
```text
web.xml:5:30: error: network 'quiet' has no address to listen on [listen-network-without-address]
web.xml:8:30: error: unknown network 'screens' to listen on [listen-network-without-address]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <graphics type='vnc' autoport='yes'>
      <listen type='address' address='127.0.0.1'/>
    </graphics>
    <graphics type='vnc' autoport='yes'>
      <listen type='address' address='127.0.0.1'/>
    </graphics>
  </devices>
</domain>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <graphics type='vnc' autoport='yes'>
      <listen type='network' network='lab'/>
    </graphics>
  </devices>
</domain>
```

## Fix safety
Choice: on 127.0.0.1 only the host reaches the screen, and another network may have been meant. If the name resembles a
known one, that one is offered first.

## Libvirt
When the guest starts: `network 'quiet' doesn't have an IP address`,
`Network not found: no network with matching name 'screens'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#graphical-framebuffers
- libvirt src/qemu/qemu_process.c, qemuProcessGetNetworkAddress()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Node, Problem, Project, edit, el, fix, known, problem, rule


@rule(
    "listen-network-without-address",
    code="VN3463",
    on=Domain,
    severity="error",
    when="plug",
    since="0.1",
)
def check(domain: Domain, project: Project) -> Iterator[Problem]:
    screens = domain.devices_named("graphics") if domain.is_qemu else []
    for listen in (each for screen in screens for each in screen.all("listen")):
        name = known(listen.get("network")) if listen.get("type") == "network" else None
        exists = project.networks.exists(name) if name else None
        meant = project.networks.similar.similar(name) if name and not exists else None
        network = project.networks.named(name, domain) if name and exists else None
        lacking = network is not None and network.owns_bridge and not network.ips
        if name is None or (exists and not lacking) or (exists is None and not meant):
            continue
        yield _unusable(listen, name, exists, meant)


def _unusable(listen: Node, name: str, exists: bool | None, meant: str | None) -> Problem:
    what = "unknown network" if exists is False else "no file here defines network"
    named = edit.set_attribute(listen, "network", meant) if meant else ()
    here = edit.replace(listen, el("listen", {"type": "address", "address": "127.0.0.1"}))
    return problem(
        listen.attributes["network"],
        f"network '{name}' has no address to listen on" if exists else f"{what} '{name}' to listen on",
        fix(f"Change the network to '{meant}'", named, safety="choice"),
        fix("Listen on 127.0.0.1 instead", here, safety="choice"),
        severity="warning" if exists is None else None,
        libvirt_message=WITHOUT.format(name) if exists else MISSING.format(name),
    )


WITHOUT = "network '{}' doesn't have an IP address"
MISSING = "Network not found: no network with matching name '{}'"
