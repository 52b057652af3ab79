"""An interface uses the backend passt but is not of type `user`, and libvirt refuses to define the guest.

passt connects a guest to the host's network from an ordinary process, without a tap device or a bridge. It is a backend
of type `user` and, since libvirt 11.1.0, of type `vhostuser`. Type `vhostuser` is reported only if the host's inventory
has an older version.

## What to do
To keep the interface on its bridge or network, remove `<backend type='passt'/>`. To use passt, set the type to `user`
and remove `<source>`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <backend type='passt'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: error: the backend 'passt' is not supported on an interface of type 'bridge' [passt-wrong-type]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: either the backend or the type is wrong. With type `user` the guest leaves its bridge or network.

## Libvirt
At define: `The 'passt' backend can only be used with interface type='user'`, and since 11.1 `or type='vhostuser'`. A
libvirt that was built without passt says `Invalid value for attribute 'type' in element 'backend': 'passt'.` for any
type.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, drop, edit, fix, problem, rule


@rule(
    "passt-wrong-type",
    code="VN2103",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    backend = interface.node.child("backend")
    types = (None, "user") if project.has_older_libvirt("11.1.0") else (None, "user", "vhostuser")
    if backend is None or backend.get("type") != "passt" or interface.type in types:
        return
    typed = edit.set_attribute(interface.node, "type", "user")
    sourceless = (typed, edit.remove(interface.source)) if interface.source else (typed,)
    yield problem(
        backend,
        f"the backend 'passt' is not supported on an interface of type '{interface.type}'",
        drop(backend.attributes["type"], "choice"),
        fix("Set type='user'" + (" and remove <source>" if interface.source else ""), *sourceless, safety="choice"),
        libvirt_message="The 'passt' backend can only be used with interface type='user'",
    )
