"""There is text between elements, where nothing reads it.

It is usually left over from a comment or an edit. libvirt ignores it.

## What to do
If the text is a note, make it a comment. If it is the value of an attribute, such as `<forward>nat</forward>`, write it
as one. Otherwise remove it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  leases are in the wiki
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:3: warning: unexpected text in <network> [schema-unexpected-text]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <!-- leases are in the wiki -->
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
Unsafe, although nothing changes for libvirt: a note becomes a comment, and stray characters such as a second `>`
are removed. As an attribute or an element the text takes effect. Removing letters or digits is your choice.

## Libvirt
Never, unless asked to validate (`virsh edit`, `virsh define --validate`):
`XML document failed to validate against schema`.
If the text should be an attribute that is required, libvirt reports it as missing at define:
`Missing required attribute 'bridge' in element 'source'`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_UNEXPECTED_TEXT = declare(
    "schema-unexpected-text", __name__, code="VN0017", severity="warning", when="never", since="0.1"
)
