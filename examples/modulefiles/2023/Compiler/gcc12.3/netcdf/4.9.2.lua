local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc12.3/netcdf/4.9.2")

whatis("Name: netcdf")
whatis("Version: 4.9.2")
whatis("Description: Self-describing array data, widely used in climate science")
whatis("URL: https://www.unidata.ucar.edu/software/netcdf")
whatis("Category: data")
whatis("Keywords: NetCDF, climate, arrays, I/O, library")

help([[
Reads and writes array-oriented data, with the tools ncdump and ncgen.
Loads hdf5, on which its newer file format is built.
]])

setenv("EBROOTNETCDF", prefix)
setenv("EBVERSIONNETCDF", "4.9.2")
prepend_path("PATH", pathJoin(prefix, "bin"))
depends_on("hdf5/1.14.2")
