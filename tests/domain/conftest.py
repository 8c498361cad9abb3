"""Settings of the property tests in this room."""

from hypothesis import settings

# A slow machine is no broken rule: no test here is judged by its time.
settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
