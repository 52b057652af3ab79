"""The file is not UTF-8, and libvirt reads every file as UTF-8, whatever it declares.

XML allows other encodings, and an editor or `xmllint` shows such a file as it was meant. libvirt hands its text on as
UTF-8: bytes that are none end the reading there, in a comment too. Where the bytes happen to be UTF-8 and the
declaration says something else, libvirt reads other words than everybody else does, and it is the declaration that is
wrong. A file of nothing but ASCII is UTF-8.

## Fix safety
Safe where the declaration alone is wrong. Else the whole file has to be written anew, which no edit of its text does.

## Libvirt
At define: `Input is not proper UTF-8, indicate encoding !`; of UTF-16 `Start tag expected, '<' not found`. Never, where
the bytes are UTF-8.

## References
- https://libvirt.org/format.html
- libvirt src/util/virxml.c, virXMLParseHelper(); seen with libvirt 9.0.0
"""

from vnetlint.api import declare

NOT_UTF_8 = declare("not-utf-8", __name__, code="VN0033", severity="error", when="define", since="0.1")
