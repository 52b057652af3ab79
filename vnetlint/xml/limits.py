"""The limits of what is read: README.md names them. What is beyond one is reported, never cut off in silence.

Two kinds. Where libvirt's own parser stops, a file is malformed for it: `MAX_DEPTH`, `MAX_PIECE`. The others are
vnetlint's own, and bound its time and memory on a hostile file. A file beyond those is `unreadable-file`.
"""

MAX_BYTES = 10 * 1024 * 1024
"""Bytes of a file: virsh reads no larger one (VSH_MAX_XML_FILE in tools/vsh.h)."""

MAX_TOKENS = 300_000
"""Tags, comments, and texts between them in a file. Time grows with these rather than with bytes.

A network of 10 MiB whose lines are static DHCP hosts has 290,000 of them.
"""

MAX_ATTRIBUTES = 600_000
"""Attributes of a document: two for each token."""

MAX_DOCUMENTS = 10_000
"""Documents in a file. virt-install prints two; a dump of everything on a large host has hundreds."""

MAX_DEPTH = 256
"""Levels of nested elements: libxml2, and with it libvirt, reads no deeper (xmlParserMaxDepth)."""

MAX_PIECE = 10_000_000
"""Bytes in UTF-8 of one attribute value, comment, CDATA section or instruction (XML_MAX_TEXT_LENGTH of libxml2)."""
