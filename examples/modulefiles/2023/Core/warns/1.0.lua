whatis("Name: warns")
whatis("Version: 1.0")
whatis("Description: Loads, with a warning")
whatis("Category: tools")
whatis("Keywords: demo, warning")

help([[
Shows a warning of a modulefile: it is loaded all the same.
]])

setenv("EBVERSIONWARNS", "1.0")
-- Only when loaded: otherwise Lmod 8 ends every listing of the modules with an error code.
if mode() == "load" then
  LmodWarning("warns/1.0 will need a licence file from next year on.")
end
