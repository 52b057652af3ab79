"""A value is not one that libvirt reads there.

libvirt refuses some such values at define and ignores others. Values that libvirt accepts although its schema rejects
them, such as an empty `<title>` or a bridge with an unusual name, are reported as info. Write one of the values that
the message lists.

Blanks around a value count in libvirt where the schema passes over them: `mode='nat '` is refused. They are reported in
networks, filters and interfaces.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='natt'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <title></title>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
</domain>
```

## Report
```text
lan.xml:3:12: error: invalid value 'natt' for 'mode'; did you mean 'nat'? [schema-bad-value]
web.xml:3:3: info: the schema does not allow an empty <title>; libvirt reads it as absent [schema-bad-value]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
</domain>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
</domain>
```

## Fix safety
Unsafe where one value is near, or blanks are removed: the right value takes effect. A choice where several values are
near, and for removing the value. Where no value is near, you have to give one. A bare word in capitals, such as
`NICDRIVER`, is taken for a placeholder, and no value is proposed.

## Libvirt
Never by the schema, unless asked to validate. Here the parser refuses the value too, at define:
`unknown forwarding type 'natt'`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_BAD_VALUE = declare("schema-bad-value", __name__, code="VN0016", severity="warning", when="never", since="0.1")
