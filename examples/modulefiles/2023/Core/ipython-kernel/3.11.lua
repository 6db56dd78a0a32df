local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/ipython-kernel/3.11")

whatis("Name: ipython-kernel")
whatis("Version: 3.11")
whatis("Description: Python kernel for Jupyter notebooks and consoles")
whatis("URL: https://ipython.org")
whatis("Category: tools")
whatis("Keywords: Jupyter, IPython, kernel, notebook")

help([[
Python 3.11 for notebooks and consoles. It is loaded by default in a JupyterLab session.
]])

setenv("EBROOTIPYTHONMINKERNEL", prefix)
setenv("EBVERSIONIPYTHONMINKERNEL", "3.11")
depends_on("python/3.11.5")
