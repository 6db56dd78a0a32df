whatis("Name: secret-tool")
whatis("Version: .1.0")
whatis("Description: Hidden, because its version begins with a dot")
whatis("Category: tools")
whatis("Keywords: demo, hidden")

help([[
Not in the lists, but it loads by its full name.
]])

setenv("EBVERSIONSECRETMINTOOL", "1.0")
