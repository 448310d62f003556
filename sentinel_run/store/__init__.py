"""The durable room: the state directory and its three shelves, journal, outbox and history. Stdlib only."""
