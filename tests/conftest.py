"""Settings for all tests."""

import os

from hypothesis import settings

# There is no deadline, because on a shared machine the time of an example says nothing. In CI the examples are the same
# in every run, so that a failure comes from the change; elsewhere they are new each time.
settings.register_profile("everywhere", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "everywhere")
