local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc12.3/boost/1.82.0")

whatis("Name: boost")
whatis("Version: 1.82.0")
whatis("Description: Peer-reviewed general-purpose C++ libraries")
whatis("URL: https://www.boost.org")
whatis("Category: tools")
whatis("Keywords: C++, library, headers")

help([[
A large set of C++ libraries: graphs, strings, file systems, numerics and more.
]])

setenv("EBROOTBOOST", prefix)
setenv("EBVERSIONBOOST", "1.82.0")
prepend_path("LIBRARY_PATH", pathJoin(prefix, "lib"))
