"""From facts to a cause: pure functions, no files, no network. The room to extend."""
