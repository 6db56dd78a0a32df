whatis("Name: html-help")
whatis("Version: 1.0")
whatis("Description: Text with <b>HTML</b> & entities in it")
whatis("Category: tools")
whatis("Keywords: demo, <i>escaping</i>")

help([[
This text must be shown as it is written, never run:
<img src=x onerror=alert(1)>
<script>alert(2)</script>
&lt;b&gt; is not bold, and 1 < 2 > 0.
]])

setenv("EBVERSIONHTMLMINHELP", "1.0")
