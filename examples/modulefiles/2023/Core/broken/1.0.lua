whatis("Name: broken")
whatis("Version: 1.0")
whatis("Description: Always refuses to load")
whatis("Category: tools")
whatis("Keywords: demo, error")

help([[
Shows an error of a modulefile: nothing changes in the session.
]])

setenv("BROKEN_WAS_APPLIED", "1")
LmodError("broken/1.0 cannot be loaded: its licence server does not answer.")
