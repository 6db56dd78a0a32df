local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/libstdc++/13.2.0")

whatis("Name: libstdc++")
whatis("Version: 13.2.0")
whatis("Description: Run-time library of C++ programs built with gcc 13")
whatis("URL: https://gcc.gnu.org")
whatis("Category: tools")
whatis("Keywords: C++, run time, library")

help([[
For C++ programs that were built with a newer compiler than the system's.
]])

setenv("EBROOTLIBSTDCPLUSPLUS", prefix)
setenv("EBVERSIONLIBSTDCPLUSPLUS", "13.2.0")
prepend_path("LIBRARY_PATH", pathJoin(prefix, "lib"))
