"""vnetlint itself failed: a rule raised an exception.

The finding names the rule. The other rules and files are not affected, and the run ends with exit code 2. Please report
it together with the file.

## Libvirt
Never: this says nothing about the file.
"""

from vnetlint.api import declare

INTERNAL_ERROR = declare(
    "internal-error",
    __name__,
    code="VN0003",
    severity="error",
    when="never",
    since="0.1",
    suppressible=False,
    fails=True,
)
