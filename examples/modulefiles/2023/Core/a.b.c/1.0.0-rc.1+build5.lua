whatis("Name: a.b.c")
whatis("Version: 1.0.0-rc.1+build5")
whatis("Description: Name and version with many dots, a plus and a minus")
whatis("Category: tools")
whatis("Keywords: demo, unusual name")

help([[
Shows that dots, plus and minus signs belong to names.
]])

