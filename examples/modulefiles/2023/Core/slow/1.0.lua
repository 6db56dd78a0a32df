whatis("Name: slow")
whatis("Version: 1.0")
whatis("Description: Takes three seconds to load")
whatis("Category: tools")
whatis("Keywords: demo, slow")

help([[
Shows what the interface does while a module takes long.
]])

-- Only when loaded: listing and searching modules must stay fast.
if mode() == "load" then
  os.execute("sleep 3")
end
setenv("EBVERSIONSLOW", "1.0")
