"""Pure decisions: whoever calls passes what is stored and what time it is."""
