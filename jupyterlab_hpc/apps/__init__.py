"""The applications room: programs with a page of their own, behind the server's address."""
