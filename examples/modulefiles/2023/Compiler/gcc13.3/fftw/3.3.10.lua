local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc13.3/fftw/3.3.10")

whatis("Name: fftw")
whatis("Version: 3.3.10")
whatis("Description: Fast Fourier transforms in one or more dimensions")
whatis("URL: https://www.fftw.org")
whatis("Category: math")
whatis("Keywords: FFT, signal processing, library")

help([[
Computes discrete Fourier transforms of real and complex data of any size.
]])

setenv("EBROOTFFTW", prefix)
setenv("EBVERSIONFFTW", "3.3.10")
prepend_path("LIBRARY_PATH", pathJoin(prefix, "lib"))
