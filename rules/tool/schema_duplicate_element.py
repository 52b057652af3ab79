"""An element that may stand once stands twice, and libvirt reads one of them.

Which one is nowhere promised; mostly it is the first. The other does nothing.

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
lan.xml:4:3: error: duplicate <forward>: only one is allowed [schema-duplicate-element]
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
Safe where both say the same, else unsafe.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`): `XML document failed to validate against schema`.
Of some it takes no second one, and says so at define: `Only one <pf> element is allowed in <forward> of network lan`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_DUPLICATE_ELEMENT = declare(
    "schema-duplicate-element", __name__, code="VN0012", severity="error", when="never", since="0.1"
)
