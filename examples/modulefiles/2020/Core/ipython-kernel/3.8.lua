local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/ipython-kernel/3.8")

whatis("Name: ipython-kernel")
whatis("Version: 3.8")
whatis("Description: Python kernel for Jupyter notebooks and consoles")
whatis("URL: https://ipython.org")
whatis("Category: tools")
whatis("Keywords: Jupyter, IPython, kernel, notebook")

help([[
Python 3.8 for notebooks and consoles. It is loaded by default in a JupyterLab session.
]])

setenv("EBROOTIPYTHONMINKERNEL", prefix)
setenv("EBVERSIONIPYTHONMINKERNEL", "3.8")
depends_on("python/3.8.10")
