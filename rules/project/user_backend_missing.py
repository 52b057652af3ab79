"""An interface of type `user` needs a program that the host does not have, so the guest does not start.

QEMU may be built without a network of its own (slirp), and passt is a separate package. Since libvirt 10.6.0 passt
runs an interface that names no backend, if QEMU has no network of its own. The rule needs an inventory that says which
of the two the host has.

## What to do
Install passt on the host. If QEMU has its own network and no port is forwarded, you can remove
`<backend type='passt'/>` instead. If only passt is there, set `<backend type='passt'/>`.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "user_backends": ["slirp"]}
```

## Report
```text
web.xml:5:7: error: the host has no passt, which this interface needs [user-backend-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
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
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "user_backends": ["passt"]}
```

## Fix safety
Choice: the other backend gives the guest other addresses, and slirp forwards no ports. How to install passt is shown
too.

## Libvirt
When the guest starts: `Cannot find 'passt' in path: No such file or directory`; without slirp, at define since 10.6.0,
`the 'default' network backend is not supported with this QEMU binary`

Seen on 11.3 and 12.8; the 9.0 that was asked is built without passt.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, When, advise, edit, fix, problem, rule, set_child


@rule(
    "user-backend-missing",
    code="VN3572",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    host, backend = project.host, interface.backend
    found = host.inventory.user_backends if host and interface.type == "user" and interface.domain.is_qemu else None
    newer = project.has_libvirt("10.6.0")
    if found is None or backend is None:
        return
    if backend == "passt" and "passt" not in found:
        yield _without_passt(interface, has_slirp="slirp" in found)
    elif backend in ("", "default") and "slirp" not in found and not (newer and "passt" in found):
        yield _without_slirp(interface, has_passt="passt" in found, when="define" if newer else None)


def _without_passt(interface: Interface, has_slirp: bool) -> Problem:
    node = interface.node.child("backend")
    return problem(
        node or interface,
        "the host has no passt, which this interface needs",
        fix(
            "Remove <backend>, so that QEMU's own network is used",
            edit.remove(node) if node and has_slirp and not interface.port_ranges else (),
            safety="choice",
        ),
        advise("Install passt on the host", "apt install passt  # or dnf install passt"),
        libvirt_message="Cannot find 'passt' in path: No such file or directory",
    )


def _without_slirp(interface: Interface, has_passt: bool, when: When | None) -> Problem:
    passt = set_child(interface.node, "backend", "type", "passt") if has_passt else ()
    return problem(
        interface.node.child("backend") or interface,
        "QEMU on the host has no network of its own (slirp), which this interface needs",
        fix("Set <backend type='passt'/>", passt, safety="choice"),
        advise("Install passt, and let it run the interface", "<backend type='passt'/>"),
        when=when,
        libvirt_message="the 'default' network backend is not supported with this QEMU binary",
    )
