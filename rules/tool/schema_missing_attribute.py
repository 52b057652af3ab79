"""A required attribute is missing.

libvirt either refuses the document or ignores the element.

## What to do
Add the attribute that the message names. If the element is not needed, remove it.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev'>
      <source>
        <address domain='0' bus='0' slot='7' function='0'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Report
```text
lan.xml:6:9: warning: missing attribute 'type' on <address>: expected 'pci' [schema-missing-attribute]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev'>
      <source>
        <address domain='0' bus='0' slot='7' function='0' type='pci'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='hostdev'>
      <source>
        <address type='pci' domain='0' bus='0' slot='7' function='0'/>
      </source>
    </interface>
  </devices>
</domain>
```

## Fix safety
Where only one value is valid, it is unsafe to add it if libvirt refuses the element as it is, and otherwise your choice:
with the attribute the element takes effect. Where several are, you have to give the value. Removing the element is
your choice.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`):
`XML document failed to validate against schema`.
Many attributes are required at define, such as the gateway of a route:
`lan: Missing required gateway attribute in route definition`.

## References
- https://libvirt.org/formatdomain.html#network-interfaces
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_MISSING_ATTRIBUTE = declare(
    "schema-missing-attribute", __name__, code="VN0015", severity="warning", when="never", since="0.1"
)
