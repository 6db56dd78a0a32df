local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/git-lfs/3.4.0")

whatis("Name: git-lfs")
whatis("Version: 3.4.0")
whatis("Description: Keeps large files out of a Git repository's history")
whatis("URL: https://git-lfs.com")
whatis("Category: tools")
whatis("Keywords: Git, version control, large files")

help([[
Stores large files on a server and small pointers to them in Git.
]])

setenv("EBROOTGITMINLFS", prefix)
setenv("EBVERSIONGITMINLFS", "3.4.0")
prepend_path("PATH", pathJoin(prefix, "bin"))
