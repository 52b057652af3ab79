"""An element has a name that libvirt does not know there, so libvirt drops it.

A network or guest with a misspelled element is defined without an error and stored without the element, so what it
asks for never happens.

## What to do
Correct the name. If it is the name of an attribute, such as `<forward><mode>nat</mode></forward>`, write it as one. If
libvirt has no such element, remove it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ipp address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:3: error: unknown element <ipp>; did you mean <ip>? [schema-unknown-element]
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
Unsafe: with the right name, or as an attribute, the element takes effect. An unknown element around known ones is removed and its content
kept. Removing an element is unsafe only if it has no attribute and no content. Otherwise it is your choice.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`):
`XML document failed to validate against schema`.
If the element is required, libvirt reports it as missing at define, such as `<naame>`: `missing name information`.
Then, as in the example, it is an error.
In a guest's `<features>` an unknown name is refused at define: `unexpected feature 'X'`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_UNKNOWN_ELEMENT = declare(
    "schema-unknown-element", __name__, code="VN0010", severity="warning", when="never", since="0.1"
)
