"""Every test: hypothesis never fails a test for being slow (speed is measured in benchmarks/ only), and tries fewer
examples than by its own default, so that the suite stays short; `make proof` tries its default."""

import gc
import sys

import pytest
from hypothesis import settings

PROOF = any(argument == "proof" for argument in sys.argv)

settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("proof", deadline=None, max_examples=100)
settings.load_profile("proof" if PROOF else "quick")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported and collected is never garbage: the collector, which would walk over it a thousand times,
    leaves it out and comes less often. A sixth of the suite's time was that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
