"""What a Python program says of itself: notes for the run around it, and tasks that are runs of their own.

Nothing here raises into the program, and nothing waits for a server.
"""
