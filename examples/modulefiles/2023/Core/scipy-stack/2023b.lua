local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/scipy-stack/2023b")

whatis("Name: scipy-stack")
whatis("Version: 2023b")
whatis("Description: Scientific Python packages that are commonly used together")
whatis("URL: https://scipy.org")
whatis("Category: math")
whatis("Keywords: Python, numpy, pandas, matplotlib, arrays, data frames, plots")

help([[
The 2023b collection of scientific Python packages: arrays, data frames, plots, algebra.
Load it before you start a notebook; a running kernel has to be restarted to see it.

In this demo tree the packages themselves are not installed. To see that the module
works, type in a notebook:

    import hpc_demo_stack
    hpc_demo_stack.mean([1, 2, 6])
]])

setenv("EBROOTSCIPYMINSTACK", prefix)
setenv("EBVERSIONSCIPYMINSTACK", "2023b")
prepend_path("PYTHONPATH", pathJoin(prefix, "lib/python"))
extensions("Cycler/0.11.0, ipykernel/6.25.2, ipyparallel/8.6.1, ipython/8.15.0, ipython_genutils/0.2.0, " ..
           "jupyter_client/8.3.1, jupyter_core/5.3.1, matplotlib/3.8.0, mpmath/1.3.0, numpy/1.25.2, " ..
           "pandas/2.1.1, pexpect/4.8.0, pickleshare/0.7.5, ptyprocess/0.7.0, pyzmq/25.1.1, " ..
           "scipy/1.11.2, sympy/1.12, tornado/6.3.3, traitlets/5.10.0")
