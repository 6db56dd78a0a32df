"""Numbers by which a page knows whether what it has is still what the server has."""

import time

# Where revisions begin. A page outlives its server: what counted from 0 again would be taken
# for older than what the page has seen. Milliseconds, as no server changes more often.
FIRST = time.time_ns() // 1_000_000
