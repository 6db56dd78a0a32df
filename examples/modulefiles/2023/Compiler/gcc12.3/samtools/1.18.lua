local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc12.3/samtools/1.18")

whatis("Name: samtools")
whatis("Version: 1.18")
whatis("Description: Reads, sorts, indexes and filters sequence alignments")
whatis("URL: https://www.htslib.org")
whatis("Category: bio")
whatis("Keywords: SAM, BAM, CRAM, sequencing, genomics")

help([[
Works on alignments in the SAM, BAM and CRAM formats: view, sort, index, merge, statistics.
]])

setenv("EBROOTSAMTOOLS", prefix)
setenv("EBVERSIONSAMTOOLS", "1.18")
prepend_path("PATH", pathJoin(prefix, "bin"))
