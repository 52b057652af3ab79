"""A guest with a vhost-user interface does not share its memory, so no packet passes.

The switch at the other end of a vhost-user socket reads and writes packets in the guest's memory. That works only if
the guest shares its memory with other processes, which it does not do by default.

## What to do
Add `<memoryBacking>` with `<source type='memfd'/>` and `<access mode='shared'/>`. For a switch that uses DPDK, add
`<hugepages/>` as well. If a NUMA cell has `memAccess`, set it to `shared` too.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>2</memory>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/openvswitch/vhost-web' mode='server'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:5: error: a vhost-user interface needs shared memory, which this guest does not have [vhostuser-without-shared-memory]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>2</memory>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
  </memoryBacking>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/openvswitch/vhost-web' mode='server'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>2</memory>
  <cpu>
    <numa>
      <cell id='0' cpus='0-1' memory='2' unit='GiB' memAccess='shared'/>
    </numa>
  </cpu>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/openvswitch/vhost-web' mode='server'/>
      <model type='virtio'/>
    </interface>
    <interface type='vhostuser'>
      <source type='unix' path='/run/openvswitch/vhost-web2' mode='server'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest's memory then comes from a memfd, and huge pages may be wanted instead.

## Libvirt
Never up to 11.1, except for a line in its log: `Detected vhost-user interface without any shared memory, the interface
might not be operational`. Since libvirt 11.2 at define: `'interface' requires shared memory`

Seen on 11.3 and 12.8; for 9.0 there was no switch that speaks vhost-user.

## References
- https://libvirt.org/formatdomain.html#vhost-user-interface
- https://libvirt.org/formatdomain.html#memory-backing
- libvirt src/qemu/qemu_process.c, qemuProcessStartWarnShmem(), until 11.1
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Edits, Problem, Project, edit, el, fix, problem, rule, set_child


@rule(
    "vhostuser-without-shared-memory",
    code="VN2224",
    on=Domain,
    severity="error",
    when="never",
    since="0.1",
)
def check(domain: Domain, project: Project) -> Iterator[Problem]:
    users = [each for each in domain.interfaces if each.type == "vhostuser" and each.backend == ""]
    if users and domain.is_qemu and domain.shares_memory is False:
        refused = project.has_libvirt("11.2.0")
        yield problem(
            users[0],
            "a vhost-user interface needs shared memory, which this guest does not have",
            fix(_title(domain), *_share(domain), safety="unsafe"),
            when="define" if refused else None,
            libvirt_message=REFUSED if refused else WARNING,
        )


REFUSED = "'interface' requires shared memory"
WARNING = "Detected vhost-user interface without any shared memory, the interface might not be operational"


def _title(domain: Domain) -> str:
    if domain.node.child("memoryBacking"):
        return "Set the access mode of the guest's memory to 'shared'"
    return "Add <memoryBacking> with shared memory of type 'memfd'"


def _share(domain: Domain) -> Iterator[Edits]:
    """The edits that share the guest's memory, and that of each NUMA cell with a setting of its own."""
    backing, cpu = domain.node.child("memoryBacking"), domain.node.child("cpu")
    numa = cpu.child("numa") if cpu else None
    if backing is None:
        source, access = el("source", {"type": "memfd"}), el("access", {"mode": "shared"})
        memory = domain.node.child("currentMemory") or domain.node.child("memory")
        written = el("memoryBacking", None, source, access)
        yield edit.insert_after(memory, written) if memory else edit.insert(domain.node, written)
    else:
        yield set_child(backing, "access", "mode", "shared")
    for cell in numa.all("cell") if numa else ():
        if cell.get("memAccess"):
            yield edit.set_attribute(cell, "memAccess", "shared")
