"""The subcommands, for people and for programs. click and rich live here and nowhere else."""
