"""The figures of ARCHITECTURE.md, measured beside the peers' on this machine: `python -m benchmarks`."""
