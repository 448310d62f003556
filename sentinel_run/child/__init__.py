"""The front room: starts the command, passes its bytes and signals on, and notes what happened. Stdlib only."""
