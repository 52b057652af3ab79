"""An element is in a place where libvirt does not look for it.

libvirt knows the element, but in another parent. In the wrong place it is dropped silently: with `<forward>` inside
`<ip>` the network is isolated.

## What to do
Move the element to the parent that the message names, or write it as an attribute if the message says so. If it is not
needed, remove it.

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
lan.xml:4:5: warning: <forward> is not allowed in <ip>; it belongs in <network> [schema-misplaced-element]
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
Unsafe: in the right place the element takes effect. Elements that belong together are moved together. If their parent
is missing, they are put into a new one. Where there are several places, you choose one. Removing the element is also
your choice.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`):
`XML document failed to validate against schema`.
If the element is required, libvirt reports it as missing at define, such as a `<name>` in `<ip>`:
`missing name information`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_MISPLACED_ELEMENT = declare(
    "schema-misplaced-element", __name__, code="VN0011", severity="warning", when="never", since="0.1"
)
