"""Tests of sentinel-run, with real processes and real servers."""
