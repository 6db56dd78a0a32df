local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/gcc/9.3.0")

whatis("Name: gcc")
whatis("Version: 9.3.0")
whatis("Description: C, C++ and Fortran compilers of the GNU project")
whatis("URL: https://gcc.gnu.org")
whatis("Category: tools")
whatis("Keywords: compiler, C, C++, Fortran")

help([[
The GNU compilers gcc, g++ and gfortran, version 9.3.0.
Loading this module makes the libraries built with it available.
]])

setenv("EBROOTGCC", prefix)
setenv("EBVERSIONGCC", "9.3.0")
prepend_path("PATH", pathJoin(prefix, "bin"))
family("compiler")
prepend_path("MODULEPATH", pathJoin(root, "modulefiles/2020/Compiler/gcc9.3.0"))
