"""A port below 1024 is forwarded to the guest, and passt may not open it.

libvirt runs passt without any privileges, even where libvirt itself runs as root. An unprivileged process cannot open
ports below 1024, unless the host's sysctl `net.ipv4.ip_unprivileged_port_start` is lower: the rule reads it from the
host's inventory.

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

from vnetlint.api import Interface, Problem, Project, advise, edit, fix, problem, rule


@rule(
    "port-forward-privileged",
    code="VN2226",
    on=Interface,
    severity="warning",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    told = project.host.inventory.unprivileged_port_start if project.host else None
    free = 1024 if told is None else told
    for ports in interface.port_ranges:
        node, first, last, to = ports.node, ports.first, ports.last, ports.to
        if not ports.opens or not first or last is None or to is None or not first <= last <= 65535 or first >= free:
            continue
        moved = {"start": first + SHIFT, **({"end": last + SHIFT} if node.get("end") else {}), "to": to}
        edits = [edit.set_attribute(node, name, str(port)) for name, port in moved.items()]
        yield problem(
            node.attributes["start"],
            f"passt may not open the privileged port {first} of the host",
            fix(f"Open port {first + SHIFT} instead", *edits, safety="choice")
            if last + SHIFT <= 65535
            else advise(f"Open ports from {free} on instead", f"<range start='{free}' end='…' to='{to}'/>"),
            libvirt_message=f"Failed to bind any port for '-{(ports.protocol or 'tcp')[0]} {ports.written}', exiting",
        )


SHIFT = 8000
