whatis("Name: internal")
whatis("Version: 1.0")
whatis("Description: Hidden by the site's modulerc.lua")
whatis("Category: tools")
whatis("Keywords: demo, hidden")

help([[
Not in the lists, but it loads by its full name.
]])

setenv("EBVERSIONINTERNAL", "1.0")
