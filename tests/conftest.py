"""Every test: hypothesis never fails a test for being slow; speed is measured in benchmarks/ only."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
