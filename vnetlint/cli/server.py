"""`vnetlint server`: the language server, for editors."""

import importlib.util

import typer

from vnetlint.cli.streams import CommandError

EXTRA = "pygls"


def server(context: typer.Context) -> int:
    """Serve an editor: the Language Server Protocol on standard input and output.

    Needs the extra: pip install 'vnetlint[server]'.
    """
    if importlib.util.find_spec(EXTRA) is None:
        raise CommandError("the language server is an extra: pip install 'vnetlint[server]'")
    from vnetlint.lsp.server import serve, take_streams

    return serve(*take_streams())
