"""The storage room: links to the file systems of the site, and how full they are."""
