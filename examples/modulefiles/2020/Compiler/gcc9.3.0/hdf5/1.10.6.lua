local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/Compiler/gcc9.3.0/hdf5/1.10.6")

whatis("Name: hdf5")
whatis("Version: 1.10.6")
whatis("Description: Files and library for large, structured scientific data")
whatis("URL: https://www.hdfgroup.org")
whatis("Category: data")
whatis("Keywords: HDF5, file format, I/O, library")

help([[
The serial HDF5 library with its tools h5dump, h5ls and h5diff.
For parallel files load hdf5-mpi instead.
]])

setenv("EBROOTHDF5", prefix)
setenv("EBVERSIONHDF5", "1.10.6")
prepend_path("PATH", pathJoin(prefix, "bin"))
