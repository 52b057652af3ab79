"""The file could not be read, so it was not checked.

The file has no read permission, is larger than virsh or vnetlint reads, is not text, or is not in the encoding that it
declares. vnetlint checks the other files and ends with exit code 2, because a run that skipped a file is not complete.

## What to do
Correct what the message names: the permission, the size or the encoding. If it is not a libvirt file, do not pass it
to vnetlint.

## Libvirt
At define: virsh refuses files of more than 10 MiB with `error: Failed to open file`. libxml2 reports bytes that are not
text as a syntax error.

## References
- libvirt tools/vsh.h, VSH_MAX_XML_FILE
"""

from vnetlint.api import declare

UNREADABLE_FILE = declare(
    "unreadable-file",
    __name__,
    code="VN0002",
    severity="error",
    when="define",
    since="0.1",
    suppressible=False,
    fails=True,
)
