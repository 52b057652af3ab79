"""The one step of a build that pyproject.toml cannot express: a wheel also has all rules in one module."""

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from tools.bundle import NAME, bundle  # noqa: E402 - a build does not have its own folder on the path


class BuildWithBundle(build_py):
    """Copies the packages, and adds the bundle of rules unless the installation refers to the checkout."""

    def run(self) -> None:
        """Build."""
        super().run()
        if not self.editable_mode:
            (Path(self.build_lib) / "vnetlint" / "rules" / f"{NAME}.py").write_text(bundle(ROOT / "rules"), "utf-8")


setup(cmdclass={"build_py": BuildWithBundle})
