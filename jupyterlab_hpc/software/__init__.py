"""The software room: the session's environment modules."""
