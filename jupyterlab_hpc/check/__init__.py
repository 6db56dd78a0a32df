"""The check room: tests what the site and the session give the other rooms, and says the cure.

Composed like the other rooms by app.py, and by cli.py where there is no server. It is the
one room that looks at the others.
"""
