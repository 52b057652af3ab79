"""An attribute or element has a value that is not allowed there.

libvirt refuses some such values at define and ignores others. Values that libvirt accepts although its schema rejects
them, such as an empty `<title>` or a bridge with an unusual name, are reported as info.

The schema ignores blanks around a value, but libvirt does not: it refuses `mode='nat '`. Such blanks are reported in
networks, filters and interfaces.

## What to do
Write one of the values that the message lists, without blanks around it. If the finding is an info, libvirt accepts
the value: change it only if the file has to be valid for the schema.

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
Unsafe where one valid value is similar or another word for it, where blanks are removed, or where an address is parted
from its prefix or a size from its unit: the right value takes effect. The same if the rest of the element is valid with
one value only and libvirt refuses it as it is. A choice where several values are similar, and for removing the value.
Where none is similar, you have to give the value. A bare word in capitals, such as `NICDRIVER`, is taken for a
placeholder, and no value is proposed.

## Libvirt
Never by the schema, unless libvirt is asked to validate. Here the parser refuses the value too, at define:
`unknown forwarding type 'natt'`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/util/virxml.c, virXMLValidatorValidate()
"""

from vnetlint.api import declare

SCHEMA_BAD_VALUE = declare("schema-bad-value", __name__, code="VN0016", severity="warning", when="never", since="0.1")
