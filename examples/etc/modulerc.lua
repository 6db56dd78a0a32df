-- Read by Lmod through LMOD_MODULERCFILE: what this site hides.
hide_version("internal/1.0")
