"""What other people's tools say when they fail, and what their exit statuses mean. Tables, and the few rules over them."""
