local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/newtool/2.0")

whatis("Name: newtool")
whatis("Version: 2.0")
whatis("Description: Newer of two tools; it replaces oldtool")
whatis("Category: tools")
whatis("Keywords: demo")

help([[
Does what oldtool did, and more.
]])

setenv("EBROOTNEWTOOL", prefix)
setenv("EBVERSIONNEWTOOL", "2.0")
prepend_path("PATH", pathJoin(prefix, "bin"))
