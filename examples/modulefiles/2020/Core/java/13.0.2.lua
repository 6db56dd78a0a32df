local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/java/13.0.2")

whatis("Name: java")
whatis("Version: 13.0.2")
whatis("Description: Java run-time environment and compiler")
whatis("URL: https://openjdk.org")
whatis("Category: tools")
whatis("Keywords: language, JDK, JVM")

help([[
Runs and compiles Java programs.
]])

setenv("EBROOTJAVA", prefix)
setenv("EBVERSIONJAVA", "13.0.2")
prepend_path("PATH", pathJoin(prefix, "bin"))
