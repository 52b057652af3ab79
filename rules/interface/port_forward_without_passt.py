"""An interface forwards ports and does not use passt, so nothing is forwarded.

`<portForward>` is an instruction to passt, and means something only in an interface of type `user` with
`<backend type='passt'/>`. Newer versions of libvirt refuse the guest; libvirt 9.0 starts it and leaves
the ports closed.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <portForward proto='tcp' address='127.0.0.1'>
        <range start='2022' to='22'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:7: warning: ports are forwarded by passt only, and this interface of type 'user' does not use it [port-forward-without-passt]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <portForward proto='tcp' address='127.0.0.1'>
        <range start='2022' to='22'/>
      </portForward>
      <backend type='passt'/>
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
      <portForward proto='tcp' address='127.0.0.1'>
        <range start='2022' to='22'/>
      </portForward>
      <backend type='passt'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: with passt the guest gets the host's address in the place of QEMU's 10.0.2.15, and the ports open. On another type
than `user` ports are forwarded by the host's firewall, so there the element is removed.

## Libvirt
Never in 9.0. In 10.7, at define:
`The <portForward> element can only be used with <interface type='user'> and its 'passt' backend`

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule, set_child


@rule(
    "port-forward-without-passt",
    code="VN2104",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
    covers=("A080",),
)
def check(interface: Interface) -> Iterator[Problem]:
    forwards, backend = interface.node.all("portForward"), interface.node.child("backend")
    if not forwards or interface.type is None:
        return
    if interface.type in ("user", "vhostuser") and backend is not None and backend.get("type"):
        return
    passt = fix("Use passt", set_child(interface.node, "backend", "type", "passt"), safety="unsafe")
    removed = fix("Remove <portForward>", *(edit.remove(each) for each in forwards), safety="unsafe")
    yield problem(
        forwards[0],
        f"ports are forwarded by passt only, and this interface of type '{interface.type}' does not use it",
        *((passt, removed) if interface.type == "user" else (removed,)),
        libvirt_message="The <portForward> element can only be used with <interface type='user'> and its 'passt' backend",
    )
