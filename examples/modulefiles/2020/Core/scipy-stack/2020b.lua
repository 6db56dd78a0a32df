local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2020/scipy-stack/2020b")

whatis("Name: scipy-stack")
whatis("Version: 2020b")
whatis("Description: Scientific Python packages that are commonly used together")
whatis("URL: https://scipy.org")
whatis("Category: math")
whatis("Keywords: Python, numpy, pandas, matplotlib, arrays, data frames, plots")

help([[
The 2020b collection of scientific Python packages: arrays, data frames, plots, algebra.
Load it before you start a notebook; a running kernel has to be restarted to see it.

In this demo tree the packages themselves are not installed. To see that the module
works, type in a notebook:

    import hpc_demo_stack
    hpc_demo_stack.mean([1, 2, 6])
]])

setenv("EBROOTSCIPYMINSTACK", prefix)
setenv("EBVERSIONSCIPYMINSTACK", "2020b")
prepend_path("PYTHONPATH", pathJoin(prefix, "lib/python"))
extensions("Cycler/0.10.0, futures/3.1.1, ipykernel/5.3.4, ipyparallel/6.3.0, ipython/7.18.1, " ..
           "ipython_genutils/0.2.0, jupyter_client/6.1.7, jupyter_core/4.6.3, matplotlib/3.3.2, " ..
           "mpmath/1.1.0, numpy/1.19.2, pandas/1.1.3, pathlib2/2.3.5, pexpect/4.8.0, pickleshare/0.7.5, " ..
           "ptyprocess/0.6.0, pyzmq/19.0.2, scipy/1.5.2, simplegeneric/0.8.1, sympy/1.6.2, " ..
           "tornado/6.0.4, traitlets/5.0.4")
