module_version("gcc/12.3", "default")
module_version("gcc/13.3", "latest")
