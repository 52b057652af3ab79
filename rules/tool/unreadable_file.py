"""The file's text could not be had, so nothing was said of it.

It is missing a permission, larger than virsh reads, no text at all, or not in the encoding that it claims. vnetlint
goes on with the other files and ends with exit code 2, because a job that skipped a file is not done.

## Libvirt
At define: virsh reads no file of more than 10 MiB, and says `error: Failed to open file`. Bytes that are no text are a
syntax error to libxml2.

## References
- libvirt tools/vsh.h, VSH_MAX_XML_FILE
"""

from vnetlint.api import declare

UNREADABLE_FILE = declare("unreadable-file", __name__, code="VN0002", severity="error", when="define", since="0.1")
