"""A forwarded port is already used by another guest or a program of the host, so the guest does not start.

passt opens the ports when the guest starts, and fails if a port is already open. With `address` it opens the port on
that address only, otherwise on all addresses. The inventory lists the ports on which programs of the host listen.

## What to do
Forward another port of the host: change `start` and `end` of `<range>`, and name the guest's port in `to`. If the host
has several addresses, give each guest its own `address`, and both can use the port.

## Bad
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='2022' to='22'/>
      </portForward>
    </interface>
  </devices>
</domain>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp' address='127.0.0.1'>
        <range start='2022' to='22'/>
        <range start='8000' end='8010'/>
      </portForward>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "listeners": [{"protocol": "tcp", "port": 8001}]}
```

## Report
```text
web.xml:7:16: error: port 2022 is already forwarded to the interface of 'db' [port-forward-taken]
web.xml:8:16: error: port 8001 is already in use on the host [port-forward-taken]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp' address='127.0.0.1'>
        <range start='2023' to='22'/>
        <range start='8011' end='8021' to='8000'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Good
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp' address='127.0.0.2'>
        <range start='2022' to='22'/>
      </portForward>
    </interface>
  </devices>
</domain>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp' address='127.0.0.1'>
        <range start='2022' to='22'/>
      </portForward>
      <portForward proto='udp'>
        <range start='2022'/>
      </portForward>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "listeners": [{"protocol": "tcp", "port": 2022, "address": "192.168.50.10"}]}
```

## Fix safety
Choice: clients of the service have to use the new port. The fix takes the next ports that neither a guest of the
project nor a program of the inventory uses.

## Libvirt
When the guest starts, in passt's words: `Failed to bind any port for '-t 127.0.0.1/2022:22', exiting`; since 2025
`Failed to bind port 2022 (Address already in use) for option '-t 127.0.0.1/2022:22'`, and since 2026
`Listen failed for HOST TCP port 127.0.0.1/2022: Address already in use`

Seen on 11.3 and 12.8; the 9.0 that was asked is built without passt.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/qemu/qemu_passt.c, qemuPasstStart()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, PortRange, Problem, Project, advise, edit, fix, problem, related, rule


@rule(
    "port-forward-taken",
    code="VN3460",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    for ports in interface.port_ranges:
        other, listening = project.ports.taken.get(ports), project.ports.listener_on(ports)
        if ports.first is None or (other is None and listening is None):
            continue
        port = listening if other is None else max(ports.first, other.first or 0)
        taken = f"is already forwarded to {other.interface.label}" if other else "is already in use on the host"
        yield problem(
            ports.node.attributes["start"],
            f"port {port} {taken}",
            _move(ports, project),
            related=(related(other, "it is forwarded here"),) if other else (),
            libvirt_message=f"Failed to bind any port for '-{(ports.protocol or 'tcp')[0]} {ports.written}', exiting",
        )


def _move(ports: PortRange, project: Project) -> tuple[Fix, ...]:
    free = project.ports.free.get(ports)
    if free is None or ports.first is None or ports.last is None:
        return advise("Forward other ports", "<range start='8022' to='22'/>")
    ends = {"end": free + ports.last - ports.first} if ports.node.get("end") else {}
    moved = {"start": free, **ends, "to": ports.to}
    edits = [edit.set_attribute(ports.node, name, str(port)) for name, port in moved.items()]
    last = free + ports.last - ports.first
    return fix(f"Forward port {free if last == free else f'{free} to {last}'} instead", *edits, safety="choice")
