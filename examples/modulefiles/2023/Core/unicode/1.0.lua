whatis("Name: unicode")
whatis("Version: 1.0")
whatis("Description: Des accents, des guillemets « français » et un cœur ❤")
whatis("Category: tools")
whatis("Keywords: demo, français, été, 日本語")

help([[
Cette aide est écrite en français : à, ç, é, œ, « guillemets ».
Il y a aussi des guillemets droits " et ' et une émoticône 🎉.
]])

setenv("DEMO_QUOTES", [[it's "quoted" with \ and $HOME and `date`]])
setenv("DEMO_NEWLINE", "first line\nsecond line")
setenv("DEMO_TAB", "left\tright")
setenv("DEMO_UNICODE", "été 🎉")
