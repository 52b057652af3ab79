"""The file is not in UTF-8, and libvirt reads every file as UTF-8, whatever encoding it declares.

XML allows other encodings, and an editor or `xmllint` shows such a file as intended. libvirt parses the text as UTF-8:
it refuses bytes that are not valid UTF-8, even in a comment. Where the bytes happen to be valid UTF-8 but another
encoding is declared, libvirt reads other text than other programs do, and the declaration is wrong. A pure ASCII file
is valid UTF-8.

## What to do
Convert the file to UTF-8, for example with `iconv`, and declare UTF-8 or no encoding. If the bytes already are UTF-8,
correct only the declaration.

## Fix safety
Safe where only the declaration is wrong. Otherwise the whole file has to be converted, which is shown but not done.

## Libvirt
At define: `Input is not proper UTF-8, indicate encoding !`; for UTF-16 `Start tag expected, '<' not found`. Never
where the bytes are UTF-8.

## References
- https://libvirt.org/format.html
- libvirt src/util/virxml.c, virXMLParseHelper(); seen with libvirt 9.0.0
"""

from vnetlint.api import declare

NOT_UTF_8 = declare("not-utf-8", __name__, code="VN0033", severity="error", when="define", since="0.1")
