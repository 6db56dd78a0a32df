local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/python/3.12.4")

whatis("Name: python")
whatis("Version: 3.12.4")
whatis("Description: Python programming language")
whatis("URL: https://www.python.org")
whatis("Category: tools")
whatis("Keywords: language, interpreter, scripting")

help([[
Python 3.12.4 of the demo tree.
It sets variables only: no interpreter is installed here, so the python of the JupyterLab session stays in use.
]])

setenv("EBROOTPYTHON", prefix)
setenv("EBVERSIONPYTHON", "3.12.4")
prepend_path("PATH", pathJoin(prefix, "bin"))
