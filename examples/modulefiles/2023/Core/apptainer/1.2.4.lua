local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/apptainer/1.2.4")

whatis("Name: apptainer")
whatis("Version: 1.2.4")
whatis("Description: Runs containers without administrator rights")
whatis("URL: https://apptainer.org")
whatis("Category: tools")
whatis("Keywords: containers, images, Docker, Singularity")

help([[
Runs and builds container images on shared computers.
]])

setenv("EBROOTAPPTAINER", prefix)
setenv("EBVERSIONAPPTAINER", "1.2.4")
prepend_path("PATH", pathJoin(prefix, "bin"))
