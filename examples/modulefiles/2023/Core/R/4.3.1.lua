local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/R/4.3.1")

whatis("Name: R")
whatis("Version: 4.3.1")
whatis("Description: Language and environment for statistics and graphics")
whatis("URL: https://www.r-project.org")
whatis("Category: math")
whatis("Keywords: statistics, plots, language, data frames")

help([[
Runs R scripts and sessions. For a graphical interface load rstudio-server.
]])

setenv("EBROOTR", prefix)
setenv("EBVERSIONR", "4.3.1")
prepend_path("PATH", pathJoin(prefix, "bin"))
