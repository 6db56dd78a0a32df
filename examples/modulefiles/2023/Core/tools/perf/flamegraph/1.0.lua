local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/tools/perf/flamegraph/1.0")

whatis("Name: tools/perf/flamegraph")
whatis("Version: 1.0")
whatis("Description: Draws where a program spends its time")
whatis("Category: tools")
whatis("Keywords: demo, profiling, deep name")

help([[
Shows a name of three parts before the version.
]])

setenv("EBROOTTOOLSPERFFLAMEGRAPH", prefix)
setenv("EBVERSIONTOOLSPERFFLAMEGRAPH", "1.0")
prepend_path("PATH", pathJoin(prefix, "bin"))

-- A batch job or a terminal has it; a notebook cannot, and the panel says so.
set_alias("flame", "flamegraph --title CPU")
