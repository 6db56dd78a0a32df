local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/gcc/12.3")

whatis("Name: gcc")
whatis("Version: 12.3")
whatis("Description: C, C++ and Fortran compilers of the GNU project")
whatis("URL: https://gcc.gnu.org")
whatis("Category: tools")
whatis("Keywords: compiler, C, C++, Fortran")

help([[
The GNU compilers gcc, g++ and gfortran, version 12.3.
Loading this module makes the libraries built with it available.
]])

setenv("EBROOTGCC", prefix)
setenv("EBVERSIONGCC", "12.3")
prepend_path("PATH", pathJoin(prefix, "bin"))
family("compiler")
prepend_path("MODULEPATH", pathJoin(root, "modulefiles/2023/Compiler/gcc12.3"))
