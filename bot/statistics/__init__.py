"""The operator's page of figures, at `GET /statistics`."""
