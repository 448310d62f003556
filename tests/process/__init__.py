"""The wrapper with real children, real pipes and real terminals."""
