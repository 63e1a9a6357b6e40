"""Adapters that write summaries; imported only where an operator has set one up."""
