local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/julia/1.10")

whatis("Name: julia")
whatis("Version: 1.10")
whatis("Description: Julia programming language for numerical computing")
whatis("URL: https://julialang.org")
whatis("Category: tools")
whatis("Keywords: language, interpreter, numerics")

help([[
Julia compiles code when it is first used, which makes numerical programs fast.
]])

setenv("EBROOTJULIA", prefix)
setenv("EBVERSIONJULIA", "1.10")
prepend_path("PATH", pathJoin(prefix, "bin"))
