"""`python -m bot` is `loaxa`."""

from bot.cli import main

main()
