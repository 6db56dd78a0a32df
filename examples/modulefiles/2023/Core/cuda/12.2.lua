local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/cuda/12.2")

whatis("Name: cuda")
whatis("Version: 12.2")
whatis("Description: Compiler and libraries for NVIDIA graphics processors")
whatis("URL: https://developer.nvidia.com")
whatis("Category: tools")
whatis("Keywords: GPU, CUDA, nvcc, accelerators")

help([[
The compiler nvcc with libraries and profilers. Running programs needs a node with a GPU.
]])

setenv("EBROOTCUDA", prefix)
setenv("EBVERSIONCUDA", "12.2")
prepend_path("PATH", pathJoin(prefix, "bin"))
add_property("arch", "gpu")
