"""An interface forwards ports but does not use passt, so nothing is forwarded.

`<portForward>` is for passt, and has an effect only in an interface of type `user` with `<backend type='passt'/>`.
libvirt 9.0 starts the guest and leaves the ports closed. libvirt 10.7 and newer refuse the guest, which is an error
here if the host's inventory has such a version.

## What to do
On an interface of type `user`, set `<backend type='passt'/>`. On another type remove `<portForward>`, and forward the
ports with the host's firewall.

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
web.xml:5:7: warning: <portForward> has no effect without <backend type='passt'/> [port-forward-without-passt]
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
Choice: with passt the ports are open, and the guest gets the host's address instead of QEMU's 10.0.2.15. On other types
than `user` only removing the element is offered.

## Libvirt
Never in 9.0. In 10.7, at define:
`The <portForward> element can only be used with <interface type='user'> and its 'passt' backend`, and since 11.1
`The <portForward> element can only be used with the 'passt' backend of interface type='user' or type='vhostuser'`.
Since 10.6.0 libvirt chooses passt itself where QEMU has no network of its own.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, known, problem, rule, set_child


@rule(
    "port-forward-without-passt",
    code="VN2104",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    forwards, backend = interface.node.all("portForward"), interface.node.child("backend")
    written = backend.get("type") if backend else None
    user = interface.type in ("user", "vhostuser")
    if not forwards or interface.type is None or (user and written and (written == "passt" or not known(written))):
        return
    passt = fix("Set <backend type='passt'/>", set_child(interface.node, "backend", "type", "passt"), safety="choice")
    removed = fix("Remove <portForward>", *(edit.remove(each) for each in forwards), safety="choice")
    # From 10.6.0 on, libvirt chooses passt itself if QEMU has no network of its own.
    backends = project.host.inventory.user_backends if project.host else None
    refused = project.has_libvirt("10.7.0") and not (user and not written and backends and "slirp" not in backends)
    yield problem(
        forwards[0],
        "<portForward> has no effect "
        + ("without <backend type='passt'/>" if user else f"on an interface of type '{interface.type}'"),
        *((passt, removed) if user else (removed,)),
        severity="error" if refused and (written or not user or backends) else None,
        when="define" if refused else None,
        libvirt_message="The <portForward> element can only be used with <interface type='user'> and its 'passt' backend",
    )
