"""An element has a name that libvirt does not know there, and libvirt drops it.

Nothing is said when a network or guest with a misspelled element is defined. It is stored without it, and what the
element was to do is never done.

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
Unsafe: under its right name the element begins to count. Removing it changes nothing for libvirt, but loses what was
meant.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`): `XML document failed to validate against schema`.
A misspelt element that libvirt does not do without it misses at define, such as `<naame>`: `missing name information`.
Below a guest's `<features>` an unknown name is refused, at define: `unexpected feature 'X'`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_UNKNOWN_ELEMENT = declare(
    "schema-unknown-element", __name__, code="VN0010", severity="error", when="never", since="0.1"
)
