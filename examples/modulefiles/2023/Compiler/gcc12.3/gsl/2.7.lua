local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc12.3/gsl/2.7")

whatis("Name: gsl")
whatis("Version: 2.7")
whatis("Description: Numerical routines in C: special functions, fits, random numbers")
whatis("URL: https://www.gnu.org/software/gsl")
whatis("Category: math")
whatis("Keywords: numerics, statistics, library")

help([[
The GNU scientific library offers more than a thousand numerical functions.
]])

setenv("EBROOTGSL", prefix)
setenv("EBVERSIONGSL", "2.7")
prepend_path("LIBRARY_PATH", pathJoin(prefix, "lib"))
