local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/intel/2023.2")

whatis("Name: intel")
whatis("Version: 2023.2")
whatis("Description: C, C++ and Fortran compilers of Intel oneAPI")
whatis("URL: https://www.intel.com/oneapi")
whatis("Category: tools")
whatis("Keywords: compiler, C, C++, Fortran")

help([[
The compilers icx, icpx and ifx.
Only one compiler can be loaded at a time: this one replaces gcc.
]])

setenv("EBROOTINTEL", prefix)
setenv("EBVERSIONINTEL", "2023.2")
prepend_path("PATH", pathJoin(prefix, "bin"))
family("compiler")
prepend_path("MODULEPATH", pathJoin(root, "modulefiles/2023/Compiler/intel2023.2"))
