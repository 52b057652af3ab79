"""`python -m vnetlint`."""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        # With `-m`, Python looks for modules in the current folder first, which may be a repository of somebody else.
        del sys.path[0]
    from vnetlint.cli.start import run

    run()
