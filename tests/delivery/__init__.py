"""The whole chain: a real command, the wrapper, `deliver`, and a real server with its faults."""
