"""The jobs room: notebooks and scripts as batch jobs."""
