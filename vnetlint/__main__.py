"""`python -m vnetlint`."""

from vnetlint.cli.main import run

if __name__ == "__main__":
    run()
