local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/oldtool/1.0")

whatis("Name: oldtool")
whatis("Version: 1.0")
whatis("Description: Older of two tools; newtool replaces it")
whatis("Category: tools")
whatis("Keywords: demo, deprecated")

help([[
Still works. Its users are asked to move to newtool.
]])

setenv("EBROOTOLDTOOL", prefix)
setenv("EBVERSIONOLDTOOL", "1.0")
prepend_path("PATH", pathJoin(prefix, "bin"))
