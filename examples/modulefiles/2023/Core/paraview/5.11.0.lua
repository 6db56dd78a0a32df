local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/paraview/5.11.0")

whatis("Name: paraview")
whatis("Version: 5.11.0")
whatis("Description: Shows and analyses large scientific data in three dimensions")
whatis("URL: https://www.paraview.org")
whatis("Category: vis")
whatis("Keywords: 3D, rendering, meshes, visualization")

help([[
Draws meshes, volumes and streamlines; start it in the Desktop application.
]])

setenv("EBROOTPARAVIEW", prefix)
setenv("EBVERSIONPARAVIEW", "5.11.0")
prepend_path("PATH", pathJoin(prefix, "bin"))
