-- The missing parenthesis below is meant: this module shows what a syntax error looks like.
whatis("Description: Has a syntax error")
setenv("BROKEN_WAS_APPLIED", "1"
