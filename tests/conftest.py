"""What holds for all tests."""

import os

from hypothesis import settings

# How long an example takes is no property of it on a machine that others use too. In CI the examples are the same in
# every run, so that a change is judged by what it changes; elsewhere they are new ones.
settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")
