local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/gtk+/3.24")

whatis("Name: gtk+")
whatis("Version: 3.24")
whatis("Description: Library of windows, buttons and other interface elements")
whatis("URL: https://www.gtk.org")
whatis("Category: vis")
whatis("Keywords: GUI, toolkit, library")

help([[
The GTK toolkit, used by graphical programs of the desktop.
]])

setenv("EBROOTGTKPLUS", prefix)
setenv("EBVERSIONGTKPLUS", "3.24")
prepend_path("LIBRARY_PATH", pathJoin(prefix, "lib"))
