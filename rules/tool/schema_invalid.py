"""The document is not what libvirt's format allows, and libvirt drops what it does not know.

Nothing is said when a network is defined with a misspelled element: `virsh net-define` ignores it without a word, and
what it was to do is never done. Only `virsh define --validate` and `virsh edit` look at the schema.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ipp address='10.0.0.1' netmask='255.255.255.0'/>
</network>
```

## Report
```text
lan.xml:1:1: error: this is no network as libvirt's format has it [schema-invalid]
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' netmask='255.255.255.0'/>
</network>
```

## Libvirt
Never, unless asked to validate: `XML document failed to validate against schema`.

## References
- https://libvirt.org/formatnetwork.html
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_INVALID = declare("schema-invalid", __name__, code="VN0010", severity="error", when="never", since="0.1")
