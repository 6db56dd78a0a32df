local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/Compiler/gcc12.3/blast+/2.14.1")

whatis("Name: blast+")
whatis("Version: 2.14.1")
whatis("Description: Finds regions of similarity between biological sequences")
whatis("URL: https://blast.ncbi.nlm.nih.gov")
whatis("Category: bio")
whatis("Keywords: BLAST, alignment, proteins, nucleotides")

help([[
Compares a protein or nucleotide sequence with a database: blastn, blastp, blastx and others.
]])

setenv("EBROOTBLASTPLUS", prefix)
setenv("EBVERSIONBLASTPLUS", "2.14.1")
prepend_path("PATH", pathJoin(prefix, "bin"))
