local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/python/3.8.10")

whatis("Name: python")
whatis("Version: 3.8.10")
whatis("Description: Python programming language")
whatis("URL: https://www.python.org")
whatis("Category: tools")
whatis("Keywords: language, interpreter, scripting")

help([[
Python 3.8.10 of the demo tree.
It sets variables only: no interpreter is installed here, so the python of the JupyterLab session stays in use.
]])

setenv("EBROOTPYTHON", prefix)
setenv("EBVERSIONPYTHON", "3.8.10")
prepend_path("PATH", pathJoin(prefix, "bin"))
