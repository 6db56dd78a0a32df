"""How answers and refusals cross the wire. Knows HTTP and JSON; knows no room."""
