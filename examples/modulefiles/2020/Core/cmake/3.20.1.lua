local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/cmake/3.20.1")

whatis("Name: cmake")
whatis("Version: 3.20.1")
whatis("Description: Generates build files for C, C++ and Fortran projects")
whatis("URL: https://cmake.org")
whatis("Category: tools")
whatis("Keywords: build, compilation, make, ninja")

help([[
Describes a build once and produces makefiles or project files from it.
]])

setenv("EBROOTCMAKE", prefix)
setenv("EBVERSIONCMAKE", "3.20.1")
prepend_path("PATH", pathJoin(prefix, "bin"))
