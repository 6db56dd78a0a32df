local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/openrefine/3.4.1")

whatis("Name: openrefine")
whatis("Version: 3.4.1")
whatis("Description: Cleans and transforms messy tables in the browser")
whatis("URL: https://openrefine.org")
whatis("Category: data")
whatis("Keywords: tables, cleaning, CSV, Jupyter application")

help([[
Adds the OpenRefine tile to the JupyterLab launcher.
]])

setenv("EBROOTOPENREFINE", prefix)
setenv("EBVERSIONOPENREFINE", "3.4.1")
prepend_path("PATH", pathJoin(prefix, "bin"))
depends_on("java/13.0.2")
