"""An interface asks for passt and is not of type `user`, and libvirt refuses to define the guest.

passt gives a guest the host's network from a plain process, without a tap device and without a bridge. It is a backend of
type `user` and, since libvirt 11.1.0, of type `vhostuser`.

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
web.xml:6:7: error: passt is no backend of an interface of type 'bridge' [passt-wrong-type]
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
Unsafe: perhaps the backend is right and the type is wrong; then the guest leaves its bridge or network. Both are offered.

## Libvirt
At define: `The 'passt' backend can only be used with interface type='user'`; a libvirt that was built without passt
says `Invalid value for attribute 'type' in element 'backend': 'passt'.` of any type.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "passt-wrong-type",
    code="VN2103",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
    covers=("A079",),
)
def check(interface: Interface) -> Iterator[Problem]:
    backend = interface.node.child("backend")
    if backend is None or backend.get("type") != "passt" or interface.type in (None, "user", "vhostuser"):
        return
    typed = edit.set_attribute(interface.node, "type", "user")
    sourceless = (typed, edit.remove(interface.source)) if interface.source else (typed,)
    bare = len(backend.attributes) == 1
    yield problem(
        backend,
        f"passt is no backend of an interface of type '{interface.type}'",
        fix(
            "Remove the backend",
            edit.remove(backend) if bare else edit.remove_attribute(backend.attributes["type"]),
            safety="unsafe",
        ),
        fix("Make it an interface of type user", *sourceless, safety="unsafe"),
        libvirt_message="The 'passt' backend can only be used with interface type='user'",
    )
