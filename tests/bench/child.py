"""What the bench's own little servers have in common."""

import os
import socket
import sys
import threading


def loopback_socket() -> socket.socket:
    """A listening socket on a free port of loopback, announced in the words the bot uses too."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    host, port = listening.getsockname()[:2]
    sys.stdout.write(f"listening on http://{host}:{port}\n")
    sys.stdout.flush()
    return listening


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, however that went: its pipe closes then."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
