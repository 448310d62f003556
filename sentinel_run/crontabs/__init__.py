"""The crontab room: reads crontabs and rewrites their jobs. Pure functions from text to text; stdlib only."""
