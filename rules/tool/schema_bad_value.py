"""A value is none of those that libvirt reads there.

Some such values libvirt refuses at define, others it reads as if nothing stood there.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='natt'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:12: error: 'mode' cannot be 'natt'; it is 'nat', 'open', 'route', 'vepa', 'private' or 3 others [schema-bad-value]
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
Unsafe: a right value begins to count.

## Libvirt
Never by the schema, unless asked to validate. Here the parser refuses it too, at define: `unknown forwarding type 'natt'`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_BAD_VALUE = declare("schema-bad-value", __name__, code="VN0016", severity="error", when="never", since="0.1")
