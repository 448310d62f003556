"""What is said at the end of a run to the person who looks at it now: pure functions over facts and diagnosis."""
