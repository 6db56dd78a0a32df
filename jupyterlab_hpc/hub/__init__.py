"""The hub room: stopping this server safely."""
