whatis("Name: unversioned")
whatis("Description: Module without a version")
whatis("Category: tools")
whatis("Keywords: demo, unusual name")

help([[
Shows a module whose full name is its name alone.
]])

