"""An element that is allowed once is there twice, and libvirt reads only one of them.

libvirt reads the first, and the other has no effect. Of two elements of one protocol in a filter rule it reads both as
one: where both set an attribute, the second counts. Keep the one you mean, or make two rules.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:3: warning: duplicate <forward>: only one is allowed [schema-duplicate-element]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe if both say the same. If they differ, which one to keep is your choice. In a filter rule you can also move the
second to a rule of its own, or merge the two into what libvirt reads.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`): `XML document failed to validate against schema`.
Some duplicates it refuses at define: `Only one <pf> element is allowed in <forward> of network lan`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_DUPLICATE_ELEMENT = declare(
    "schema-duplicate-element", __name__, code="VN0012", severity="warning", when="never", since="0.1"
)
