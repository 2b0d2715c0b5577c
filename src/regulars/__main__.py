"""`python -m regulars` is `regulars`."""

from regulars.interfaces.commandline.main import main

main()
