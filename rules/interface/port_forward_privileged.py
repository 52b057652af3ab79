"""A port below 1024 is forwarded to the guest, and passt may not be allowed to open it.

libvirt runs passt without privileges, even if libvirt itself runs as root. An unprivileged process cannot open ports
below 1024, unless the host's sysctl `net.ipv4.ip_unprivileged_port_start` is lower. The rule reads that value from the
host's inventory.

## What to do
Set `start` to a port from 1024 on, and `to` to the port in the guest. If clients have to use the old port, lower
`net.ipv4.ip_unprivileged_port_start` on the host, and put the value into the inventory.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='80'/>
        <range start='443' to='8443'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:16: warning: passt may not open the privileged port 80 of the host [port-forward-privileged]
web.xml:8:16: warning: passt may not open the privileged port 443 of the host [port-forward-privileged]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='8080' to='80'/>
        <range start='8443' to='8443'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='80'/>
      </portForward>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "unprivileged_port_start": 80}
```

## Fix safety
Choice: clients of the service have to use the new port, which is the old one plus 8000.

## Libvirt
When the guest starts, in passt's words: `Failed to bind any port for '-t 80', exiting`; since 2025
`Failed to bind port 80 (Permission denied) for option '-t 80'`, and since 2026
`Listen failed for HOST TCP port */80: Permission denied`

Seen on 12.8 and its passt; the passt of 11.3 opens the port before it gives up its rights, and the 9.0 that was
asked is built without it.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/qemu/qemu_passt.c, qemuPasstStart(), which calls virCommandClearCaps()
- https://docs.kernel.org/networking/ip-sysctl.html, ip_unprivileged_port_start
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Node, Problem, Project, advise, edit, fix, problem, rule


@rule(
    "port-forward-privileged",
    code="VN2226",
    on=Interface,
    severity="warning",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    known = project.host.inventory.unprivileged_port_start if project.host else None
    free = 1024 if known is None else known
    for ports in interface.port_ranges:
        first, last, to = ports.first, ports.last, ports.to
        if not ports.opens or not first or last is None or to is None or not first <= last <= LAST or first >= free:
            continue
        yield problem(
            ports.node.attributes["start"],
            f"passt may not open the privileged port {first} of the host",
            _open_another(ports.node, first, last, to)
            or advise(f"Open ports from {free} on instead", f"<range start='{free}' end='…' to='{to}'/>"),
            libvirt_message=f"Failed to bind any port for '-{(ports.protocol or 'tcp')[0]} {ports.written}', exiting",
        )


SHIFT, LAST = 8000, 65535


def _open_another(node: Node, first: int, last: int, to: int) -> tuple[Fix, ...]:
    """A fix that shifts the ports, if they stay below 65536."""
    moved = {"start": first + SHIFT, **({"end": last + SHIFT} if node.get("end") else {}), "to": to}
    edits = [edit.set_attribute(node, name, str(port)) for name, port in moved.items()]
    return fix(f"Open port {first + SHIFT} instead", *edits, safety="choice") if last + SHIFT <= LAST else ()
