local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/code-server/3.12.0")

whatis("Name: code-server")
whatis("Version: 3.12.0")
whatis("Description: Visual Studio Code in the browser")
whatis("URL: https://github.com/coder/code-server")
whatis("Category: tools")
whatis("Keywords: VS Code, editor, debugger, Jupyter application")

help([[
Adds the VS Code tile to the JupyterLab launcher. A first start can take three minutes.
]])

setenv("EBROOTCODEMINSERVER", prefix)
setenv("EBVERSIONCODEMINSERVER", "3.12.0")
prepend_path("PATH", pathJoin(prefix, "bin"))
