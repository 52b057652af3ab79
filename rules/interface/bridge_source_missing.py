"""An interface of type `bridge` names no bridge, and libvirt refuses to define the guest.

libvirt's schema allows `<source>` to be absent here, so `virt-xml-validate` accepts the file, but the parser does not.

## What to do
Add `<source bridge='…'/>` with the name of the host's bridge. To use a libvirt network instead, set the type to
`network` and add `<source network='…'/>`.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "master": "br0"}, {"name": "br0", "kind": "bridge"},
                {"name": "docker0", "kind": "bridge", "ports": ["veth1"]}, {"name": "veth1", "kind": "veth"}]}
```

## Report
```text
web.xml:4:5: error: missing <source>: an interface of type 'bridge' must name its bridge [bridge-source-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
    <interface type='user'/>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it is. The fix names the only bridge with a NIC in the host's inventory, but
another one may be meant. Without an inventory, or with several such bridges, a person has to name it.

## Libvirt
At define: `interface type='bridge' requires a 'source' element`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#bridge-to-lan
- libvirt src/conf/domain_conf.c, virDomainNetDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Problem, Project, advise, edit, el, fix, problem, rule


@rule("bridge-source-missing", code="VN2346", on=Interface, severity="error", when="define", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    templated = interface.is_template
    if interface.type != "bridge" or interface.source is not None or templated:
        return
    yield problem(
        interface,
        "missing <source>: an interface of type 'bridge' must name its bridge",
        _connect(interface, project),
        libvirt_message="interface type='bridge' requires a 'source' element",
    )


def _connect(interface: Interface, project: Project) -> tuple[Fix, ...]:
    uplinked = project.host.uplinked_bridges if project.host else ()
    if len(uplinked) != 1:
        return advise("Add the bridge's name", "<source bridge='…'/>")
    source = edit.insert(interface.node, el("source", {"bridge": uplinked[0]}))
    return fix(f"Connect the interface to the bridge '{uplinked[0]}'", source, safety="unsafe")
