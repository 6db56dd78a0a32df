local root = myFileName():match("^(.*)/modulefiles/")
local prefix = pathJoin(root, "software/2023/ffmpeg/6.0")

whatis("Name: ffmpeg")
whatis("Version: 6.0")
whatis("Description: Records, converts and streams video and sound")
whatis("URL: https://ffmpeg.org")
whatis("Category: vis")
whatis("Keywords: video, audio, codecs, animation")

help([[
Turns series of images into films, and converts between nearly all formats.
]])

setenv("EBROOTFFMPEG", prefix)
setenv("EBVERSIONFFMPEG", "6.0")
prepend_path("PATH", pathJoin(prefix, "bin"))
