"""A required child element is missing.

libvirt usually refuses the document with a message about the missing value.

## What to do
Add the element that the message names. Complete it if the report shows only a snippet.

## Bad
```xml
<network>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:1:1: error: missing <name> in <network> [schema-missing-element]
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
Unsafe: a value is proposed only where just one is possible. A document without a name is named after its file.
Otherwise a snippet to complete is shown.

## Libvirt
Never by the schema, unless libvirt is asked to validate. The parser requires many elements at define:
`missing name information`, `interface type='network' requires a 'source' element`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_MISSING_ELEMENT = declare(
    "schema-missing-element", __name__, code="VN0013", severity="warning", when="never", since="0.1"
)
