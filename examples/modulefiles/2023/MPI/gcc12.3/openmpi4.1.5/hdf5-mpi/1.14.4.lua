local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/MPI/gcc12.3/openmpi4.1.5/hdf5-mpi/1.14.4")

whatis("Name: hdf5-mpi")
whatis("Version: 1.14.4")
whatis("Description: Files and library for large data, written by many processes at once")
whatis("URL: https://www.hdfgroup.org")
whatis("Category: data")
whatis("Keywords: HDF5, MPI, parallel I/O, library")

help([[
The HDF5 library with parallel input and output through MPI.
]])

setenv("EBROOTHDF5MINMPI", prefix)
setenv("EBVERSIONHDF5MINMPI", "1.14.4")
prepend_path("PATH", pathJoin(prefix, "bin"))
conflict("hdf5")
