whatis("Name: conflicting")
whatis("Version: 1.0")
whatis("Description: Does not load beside scipy-stack")
whatis("Category: tools")
whatis("Keywords: demo, conflict")

help([[
Shows a conflict: unload scipy-stack first.
]])

conflict("scipy-stack")
setenv("EBVERSIONCONFLICTING", "1.0")
