local root = myFileName():match("^(.*)/modulefiles/")

whatis("Name: StdEnv")
whatis("Version: 2023")
whatis("Description: Standard software environment of 2023")
whatis("Category: tools")
whatis("Keywords: environment, default")

help([[
Opens the software of the 2023 environment. It stays loaded through 'module purge'.
Loading another StdEnv replaces this one; what exists in both is reloaded.
]])

add_property("lmod", "sticky")
prepend_path("MODULEPATH", pathJoin(root, "modulefiles/2023/Core"))
