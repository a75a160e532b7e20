"""`python -m bench.server.static`: hashed and compressed files, as a release has them; nothing to do the second time."""

import django

if __name__ == "__main__":
    django.setup()
    from config.storage import collect_if_changed

    collect_if_changed()
