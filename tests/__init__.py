"""The tests: laws, gates, and what the program promises the clerk."""
