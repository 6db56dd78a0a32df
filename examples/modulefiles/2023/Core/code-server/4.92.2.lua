local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/code-server/4.92.2")

whatis("Name: code-server")
whatis("Version: 4.92.2")
whatis("Description: Visual Studio Code in the browser")
whatis("URL: https://github.com/coder/code-server")
whatis("Category: tools")
whatis("Keywords: VS Code, editor, debugger, Jupyter application")

help([[
Adds the VS Code tile to the JupyterLab launcher. A first start can take three minutes.
]])

setenv("EBROOTCODEMINSERVER", prefix)
setenv("EBVERSIONCODEMINSERVER", "4.92.2")
prepend_path("PATH", pathJoin(prefix, "bin"))
