local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/scipy-stack/2024a")

whatis("Name: scipy-stack")
whatis("Version: 2024a")
whatis("Description: Scientific Python packages that are commonly used together")
whatis("URL: https://scipy.org")
whatis("Category: math")
whatis("Keywords: Python, numpy, pandas, matplotlib, arrays, data frames, plots")

help([[
The 2024a collection of scientific Python packages: arrays, data frames, plots, algebra.
Load it before you start a notebook; a running kernel has to be restarted to see it.

In this demo tree the packages themselves are not installed. To see that the module
works, type in a notebook:

    import hpc_demo_stack
    hpc_demo_stack.mean([1, 2, 6])
]])

setenv("EBROOTSCIPYMINSTACK", prefix)
setenv("EBVERSIONSCIPYMINSTACK", "2024a")
prepend_path("PYTHONPATH", pathJoin(prefix, "lib/python"))
extensions("Cycler/0.12.1, ipykernel/6.29.4, ipyparallel/8.8.0, ipython/8.23.0, jupyter_client/8.6.1, " ..
           "jupyter_core/5.7.2, matplotlib/3.8.4, mpmath/1.3.0, numpy/1.26.4, pandas/2.2.1, " ..
           "pexpect/4.9.0, ptyprocess/0.7.0, pyzmq/25.1.2, scipy/1.13.0, sympy/1.12, tornado/6.4, " ..
           "traitlets/5.14.2")
