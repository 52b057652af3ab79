"""An element stands in a place where libvirt does not look for it.

libvirt knows the element, but in another parent. Where it stands it is dropped without a word: a `<forward>` inside
`<ip>` leaves an isolated network.

## Bad
```xml
<network>
  <name>lan</name>
  <ip address='10.0.0.1' prefix='24'>
    <forward mode='nat'/>
  </ip>
</network>
```

## Report
```text
lan.xml:4:5: error: <forward> is not allowed in <ip>; it belongs in <network> [schema-misplaced-element]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'>
  </ip>
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
Unsafe: where it belongs the element begins to count.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`): `XML document failed to validate against schema`.
What it does not do without it misses at define, such as a `<name>` in `<ip>`: `missing name information`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_MISPLACED_ELEMENT = declare(
    "schema-misplaced-element", __name__, code="VN0011", severity="error", when="never", since="0.1"
)
