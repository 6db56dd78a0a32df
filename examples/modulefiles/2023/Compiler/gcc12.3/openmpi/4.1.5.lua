local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc12.3/openmpi/4.1.5")

whatis("Name: openmpi")
whatis("Version: 4.1.5")
whatis("Description: Message passing between processes on one or many nodes")
whatis("URL: https://www.open-mpi.org")
whatis("Category: tools")
whatis("Keywords: MPI, parallel, mpirun, mpicc")

help([[
Open MPI 4.1.5, built with the compiler that is loaded.
Loading it makes the libraries built with MPI available.
]])

setenv("EBROOTOPENMPI", prefix)
setenv("EBVERSIONOPENMPI", "4.1.5")
prepend_path("PATH", pathJoin(prefix, "bin"))
family("mpi")
prepend_path("MODULEPATH", pathJoin(root, "modulefiles/2023/MPI/gcc12.3/openmpi4.1.5"))
