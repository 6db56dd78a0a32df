local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/demo-kernel/1.0")

whatis("Name: demo-kernel")
whatis("Version: 1.0")
whatis("Description: Second Python kernel, to try how kernels follow the modules")
whatis("Category: tools")
whatis("Keywords: Jupyter, Python, kernel, notebook")

help([[
Adds the kernel 'Demo kernel (IPython)' to the launcher. It runs the python of the
JupyterLab session; in its notebooks the variable HPC_DEMO_KERNEL is 1.
]])

setenv("EBROOTDEMOMINKERNEL", prefix)
setenv("EBVERSIONDEMOMINKERNEL", "1.0")
prepend_path("JUPYTER_PATH", pathJoin(prefix, "share/jupyter"))
