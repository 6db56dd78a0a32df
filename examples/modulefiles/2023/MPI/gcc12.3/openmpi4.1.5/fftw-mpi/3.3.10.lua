local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/MPI/gcc12.3/openmpi4.1.5/fftw-mpi/3.3.10")

whatis("Name: fftw-mpi")
whatis("Version: 3.3.10")
whatis("Description: Fast Fourier transforms distributed over many processes")
whatis("URL: https://www.fftw.org")
whatis("Category: math")
whatis("Keywords: FFT, MPI, parallel, library")

help([[
The FFTW library with distributed-memory transforms through MPI.
]])

setenv("EBROOTFFTWMINMPI", prefix)
setenv("EBVERSIONFFTWMINMPI", "3.3.10")
prepend_path("LIBRARY_PATH", pathJoin(prefix, "lib"))
