local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc12.3/openbabel/3.1.1")

whatis("Name: openbabel")
whatis("Version: 3.1.1")
whatis("Description: Converts between the file formats of chemistry")
whatis("URL: https://openbabel.org")
whatis("Category: chem")
whatis("Keywords: molecules, SMILES, conversion")

help([[
Reads, converts and searches chemical data in over a hundred formats.
]])

setenv("EBROOTOPENBABEL", prefix)
setenv("EBVERSIONOPENBABEL", "3.1.1")
prepend_path("PATH", pathJoin(prefix, "bin"))
