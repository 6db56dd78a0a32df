module_version("python/3.11.5", "default")
