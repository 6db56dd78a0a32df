local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc13.3/openmpi/5.0.3")

whatis("Name: openmpi")
whatis("Version: 5.0.3")
whatis("Description: Message passing between processes on one or many nodes")
whatis("URL: https://www.open-mpi.org")
whatis("Category: tools")
whatis("Keywords: MPI, parallel, mpirun, mpicc")

help([[
Open MPI 5.0.3, built with the compiler that is loaded.
Loading it makes the libraries built with MPI available.
]])

setenv("EBROOTOPENMPI", prefix)
setenv("EBVERSIONOPENMPI", "5.0.3")
prepend_path("PATH", pathJoin(prefix, "bin"))
family("mpi")
prepend_path("MODULEPATH", pathJoin(root, "modulefiles/2023/MPI/gcc13.3/openmpi5.0.3"))
