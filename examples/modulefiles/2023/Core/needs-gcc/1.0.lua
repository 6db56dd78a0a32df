whatis("Name: needs-gcc")
whatis("Version: 1.0")
whatis("Description: Loads only when gcc is loaded")
whatis("Category: tools")
whatis("Keywords: demo, prerequisite")

help([[
Shows a prerequisite: load gcc first.
]])

prereq("gcc")
setenv("EBVERSIONNEEDSMINGCC", "1.0")
