"""Two guests have the same name or the same UUID, and libvirt refuses to define the second.

Copied XML keeps its `<uuid>`. libvirt identifies a guest by both name and UUID. If both are the same, the file is a new
version of the guest. If only one of them is the same, libvirt refuses the file.

## What to do
If the file is a copy, remove its `<uuid>`, so that libvirt generates one, and change `<name>`. If it is a new version
of the other guest, set the same name and UUID in both.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <uuid>6f1ad0f9-3b5e-4a0d-8f7e-0123456789ab</uuid>
</domain>
```
```xml web2.xml
<domain type='kvm'>
  <name>web2</name>
  <uuid>6f1ad0f9-3b5e-4a0d-8f7e-0123456789ab</uuid>
</domain>
```

## Report
```text
web2.xml:3:3: error: UUID 6f1ad0f9-3b5e-4a0d-8f7e-0123456789ab is already used by guest 'web' [guest-identity-in-use]
```

## Fixed
```xml web2.xml
<domain type='kvm'>
  <name>web2</name>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <uuid>6f1ad0f9-3b5e-4a0d-8f7e-0123456789ab</uuid>
</domain>
```
```xml web2.xml
<domain type='kvm'>
  <name>web2</name>
</domain>
```

## Fix safety
Choice: snapshots, backups or licences may refer to the old UUID. Guests in different folders may be on different hosts,
so for those the finding is an info. Two files with one name and different UUIDs are often two versions of one guest, so
this is an error only if the project is declared complete.

## Libvirt
At define of the second: `domain 'web' is already defined with uuid 6f1ad0f9-3b5e-4a0d-8f7e-0123456789ab`; where the names
are the same and the UUIDs are not, `domain 'web' already exists with uuid 6f1ad0f9-3b5e-4a0d-8f7e-0123456789ab`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#general-metadata
- libvirt src/conf/virdomainobjlist.c, virDomainObjListAddLocked()
"""

from collections.abc import Iterator

from vnetlint.api import Domain, Problem, Project, edit, fix, problem, related, rule


@rule(
    "guest-identity-in-use",
    code="VN3120",
    on=Domain,
    severity="error",
    when="define",
    since="0.1",
)
def check(domain: Domain, project: Project) -> Iterator[Problem]:
    other, node = project.identities.guest_rivals.get(domain), domain.node.child("uuid")
    if other is None or node is None:
        return
    named = other.name == domain.name
    sure = project.complete or (not named and project.same_host(other, domain))
    said = NAME_TAKEN.format(other.name, other.uuid) if named else UUID_TAKEN.format(other.name, domain.uuid)
    if named:
        uuid = str(other.uuid)
        remedy = fix(f"Set the UUID of the other guest, {uuid}", edit.set_text(node, uuid), safety="choice")
    else:
        remedy = fix("Remove <uuid>, so that libvirt generates one", edit.remove(node), safety="choice")
    yield problem(
        node,
        f"guest name '{other.name}' is already used with another UUID in {other.file_beside(domain)}"
        if named
        else f"UUID {domain.uuid} is already used by {other.label}",
        remedy,
        related=(related(other.node.child("uuid") or other, "the other guest"),),
        severity=None if sure else "info",
        when=None if sure else "never",
        libvirt_message=said if sure else None,
    )


UUID_TAKEN = "domain '{}' is already defined with uuid {}"
NAME_TAKEN = "domain '{}' already exists with uuid {}"
