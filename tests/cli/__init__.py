"""The subcommands that look: real runs, real processes, real terminals."""
