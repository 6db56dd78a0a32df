"""The command-line tools that the rooms need, one file each. Knows no room and no HTTP."""
