local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/ijulia-kernel/1.10")

whatis("Name: ijulia-kernel")
whatis("Version: 1.10")
whatis("Description: Julia kernel for Jupyter notebooks and consoles")
whatis("URL: https://julialang.org")
whatis("Category: tools")
whatis("Keywords: Jupyter, Julia, kernel, notebook")

help([[
Adds a Julia 1.10 notebook and console to the launcher.
The demo tree has no Julia: the kernel is listed but cannot start.
]])

setenv("EBROOTIJULIAMINKERNEL", prefix)
setenv("EBVERSIONIJULIAMINKERNEL", "1.10")
depends_on("julia/1.10")
prepend_path("JUPYTER_PATH", pathJoin(prefix, "share/jupyter"))
