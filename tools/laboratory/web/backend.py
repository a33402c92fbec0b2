# SPDX-License-Identifier: Apache-2.0
"""A server behind a proxy, on loopback: 100 bytes for each request, at once or late."""
import http.server
import socket
import threading
import time

# As nginx answers a file, so that what the proxy passes on has the same size.
HEADERS = {"Content-Type": "text/plain", "Content-Length": "100",
           "Last-Modified": "Mon, 30 Nov 2026 10:00:00 GMT", "ETag": '"6a0d7d60-64"',
           "Accept-Ranges": "bytes"}


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        time.sleep(self.server.late.get(self.path, 0))
        try:
            self.send_response(200)
            for name, value in HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"x" * 100)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Backend:
    """Runs until it is left; `late` are {path: seconds}.  refuses: nobody listens on its port."""

    def __init__(self, late=None, refuses=False):
        self.late, self.refuses = late or {}, refuses

    def __enter__(self):
        if self.refuses:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
            return self
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.daemon_threads = True
        self.server.late = self.late
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        if not self.refuses:
            self.server.shutdown()
