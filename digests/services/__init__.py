"""Use cases: one class per concern, one public method per use case."""
