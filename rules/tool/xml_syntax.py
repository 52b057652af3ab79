"""The file is not well-formed XML, so nothing can read it.

libvirt parses a document before it looks at its content, so `virsh define` stops here. Only the first fault of a file
is reported, because later ones are often its consequence. Nothing else is checked in such a file, and this rule cannot
be switched off.

## What to do
Correct the XML where the message points, and check the file again for the next fault.

## Bad
```xml
<network>
  <name>lan</name>
  <title>R&D</title>
</network>
```

## Report
```text
lan.xml:3:11: error: a bare & is not allowed: write &amp; [xml-syntax]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <title>R&amp;D</title>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <title>Research</title>
</network>
```

## Fix safety
Safe: libvirt refuses the file as it is. There is such a fix where only one thing can be meant: a bare `&`, a `<` in a
value, a value without quotes, an attribute given twice with one value, `--` in a comment, an HTML entity such as
`&nbsp;`, a control character. It fixes all faults of that kind in the file.

A lost, misspelt or superfluous bracket, quote, `=`, space or end tag is found by trying: the fix is safe if the file
then follows libvirt's schema, and no other such change does that. Otherwise it is unsafe, as when the file has several
faults.

## Libvirt
At define: `(network_definition):3: xmlParseEntityRef: no name`, or another of libxml2's messages.

## References
- https://www.w3.org/TR/xml/#sec-well-formed
- libvirt src/util/virxml.c, virXMLParseHelper()
"""

from vnetlint.api import declare

XML_SYNTAX = declare(
    "xml-syntax", __name__, code="VN0001", severity="error", when="define", since="0.1", suppressible=False
)
