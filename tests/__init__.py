"""Tests, from pure functions to whole processes."""
