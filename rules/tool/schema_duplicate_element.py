"""An element that is allowed only once appears twice, and libvirt reads only one of them.

libvirt reads the first, and the other has no effect. In a filter rule it reads two elements of one protocol as one:
where both set an attribute, the second counts.

## What to do
Keep the element that you mean, and remove the other. In a filter rule, you can also move the second element to a rule
of its own.

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
Unsafe if both are equal. If they differ, you choose which one to keep. In a filter rule you can also move the second
to a rule of its own, or merge the two into what libvirt reads.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`):
`XML document failed to validate against schema`.
libvirt refuses some duplicates at define: `Only one <pf> element is allowed in <forward> of network lan`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_DUPLICATE_ELEMENT = declare(
    "schema-duplicate-element", __name__, code="VN0012", severity="warning", when="never", since="0.1"
)
