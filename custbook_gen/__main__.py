"""``python -m custbook_gen`` is ``custbook``."""

from custbook_gen.cli import main

main()
