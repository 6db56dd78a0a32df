module_version("scipy-stack/2023b", "default")
