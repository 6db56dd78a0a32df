local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/rstudio-server/4.3")

whatis("Name: rstudio-server")
whatis("Version: 4.3")
whatis("Description: RStudio in the browser, for R 4.3")
whatis("URL: https://posit.co")
whatis("Category: vis")
whatis("Keywords: R, statistics, editor, Jupyter application")

help([[
Adds the RStudio tile to the JupyterLab launcher.
]])

setenv("EBROOTRSTUDIOMINSERVER", prefix)
setenv("EBVERSIONRSTUDIOMINSERVER", "4.3")
prepend_path("PATH", pathJoin(prefix, "bin"))
depends_on("R/4.3.1")
