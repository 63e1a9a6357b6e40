"""Hand-written helpers of the tests: databases, clocks, builders, recorders."""
