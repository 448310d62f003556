"""`show --html`: one run as one page that needs nothing else. jinja2 is imported here and nowhere else."""
