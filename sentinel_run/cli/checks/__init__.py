"""What `doctor` looks at, one file a matter: facts, what is wrong, what to do. Nothing here raises."""
