local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/MPI/gcc12.3/openmpi4.1.5/gromacs/2024.1")

whatis("Name: gromacs")
whatis("Version: 2024.1")
whatis("Description: Molecular dynamics of proteins, lipids and other molecules")
whatis("URL: https://www.gromacs.org")
whatis("Category: chem")
whatis("Keywords: molecular dynamics, simulation, biomolecules")

help([[
Simulates the motion of molecules; start it on several processes with srun gmx_mpi.
]])

setenv("EBROOTGROMACS", prefix)
setenv("EBVERSIONGROMACS", "2024.1")
prepend_path("PATH", pathJoin(prefix, "bin"))
