"""vnetlint itself failed: a rule raised an exception.

The finding names the rule. The other rules and files are not affected, and the run ends with exit code 2.

## What to do
Report the error together with the file. Until it is fixed, add the rule that the finding names to `ignore`.

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
