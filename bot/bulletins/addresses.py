"""Where the archive shows bulletins: said once, because chats, feeds, articles and pages all link there.

*base* is the public address of the service, with or without a slash at its end; without any, an address is a path.
"""

ROOT = "/ban-tin"


def archive_address(base: str, commune: str) -> str:
    """Return where all bulletins of *commune* stand."""
    return f"{base.rstrip('/')}{ROOT}/{commune}"


def bulletin_address(base: str, commune: str, bulletin_id: int) -> str:
    """Return where one bulletin stands, as *commune* reads it."""
    return f"{archive_address(base, commune)}/{bulletin_id}"


def feed_address(base: str, commune: str) -> str:
    """Return where the feed of *commune* stands."""
    return f"{archive_address(base, commune)}/rss.xml"


def exchanges_address(base: str, commune: str) -> str:
    """Return where the published answers of *commune* to its citizens stand."""
    return f"{archive_address(base, commune)}/hoi-dap"


def picture_address(base: str, key: str) -> str:
    """Return where the picture *key* stands."""
    return f"{base.rstrip('/')}{ROOT}/anh/{key}"
