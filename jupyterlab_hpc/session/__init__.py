"""The session room: its job, its time, and what it uses."""
