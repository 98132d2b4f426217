"""Settings of the test run."""

from __future__ import annotations

import os

from hypothesis import settings

# A check of a change must not fail for an example that another change could have met: on CI the examples are always the
# same; everywhere else they are drawn anew.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
