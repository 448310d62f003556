"""Screens for people: tables and texts. rich is imported here and nowhere else."""
