"""`vnetlint server`: the language server, for editors."""

import importlib.util

import typer

from vnetlint.cli.streams import CommandError

EXTRA = "pygls"
"""The package that only the language server needs."""


def server(context: typer.Context) -> int:
    """Run the language server for an editor, on standard input and output.

    It is an extra: pip install 'vnetlint[server]'.
    """
    if importlib.util.find_spec(EXTRA) is None:
        raise CommandError("the language server is not installed; run pip install 'vnetlint[server]'")
    from vnetlint.lsp.server import serve, take_streams
    from vnetlint.rulebook.address import documentation

    # A mistake is an error here and not at the first finding.
    documentation()
    return serve(*take_streams())
