"""Every test: hypothesis never fails a test for being slow (speed is measured in benchmarks/ only), and tries fewer
examples than by its own default, so that the whole suite stays under two minutes; `make proof` tries its default."""

import sys

from hypothesis import settings

PROOF = any(argument == "proof" for argument in sys.argv)

settings.register_profile("quick", deadline=None, max_examples=30)
settings.register_profile("proof", deadline=None, max_examples=100)
settings.load_profile("proof" if PROOF else "quick")
