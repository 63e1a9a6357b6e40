"""Tables and the statements over them, the same on SQLite and PostgreSQL."""
