"""Speed as ratios in one run on one machine: `python -m benchmarks` prints the table. Nothing here is a test."""
