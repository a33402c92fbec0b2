# SPDX-License-Identifier: Apache-2.0
"""A real nginx of its own folder, on loopback, with and without TLS."""
import os
import socket
import subprocess
import tempfile
import time

CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid;
error_log {folder}/error.log notice;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type text/plain;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  root {folder}/files;
  ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/leaf.key;
  ssl_protocols {protocols}; {settings}
  {upstream}
  server {{ listen 127.0.0.1:{port} {listen}; {location} }}
}}
"""
# Of a proxy: connections to the server are kept.
UPSTREAM = "upstream server {{ server 127.0.0.1:{behind}; keepalive 8; }}"
LOCATION = ("location / { proxy_pass http://server; proxy_http_version 1.1; "
            "proxy_set_header Connection \"\"; }")


def make_certificates(folder):
    """A leaf of RSA 2048 with two names, and the intermediate that signed it, both sent."""
    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("root", "intermediate", "leaf"):
        openssl("genrsa", "-out", f"{name}.key", "2048")
    names = {"root": "/C=XX/O=Stayalive Laboratory/CN=Laboratory Root R1",
             "intermediate": "/C=XX/O=Stayalive Laboratory/CN=Laboratory TLS CA 2026",
             "leaf": "/CN=www.example.org"}
    openssl("req", "-x509", "-new", "-key", "root.key", "-subj", names["root"], "-days", "30",
            "-out", "root.pem")
    extensions = {"intermediate": "basicConstraints=critical,CA:TRUE,pathlen:0\n"
                                  "keyUsage=critical,keyCertSign,cRLSign\n",
                  "leaf": "subjectAltName=DNS:www.example.org,DNS:example.org\n"
                          "keyUsage=critical,digitalSignature,keyEncipherment\n"
                          "extendedKeyUsage=serverAuth,clientAuth\n"
                          "crlDistributionPoints=URI:http://crl.example.org/2026.crl\n"
                          "authorityInfoAccess=OCSP;URI:http://ocsp.example.org,"
                          "caIssuers;URI:http://ca.example.org/2026.crt\n"}
    for name, issuer in (("intermediate", "root"), ("leaf", "intermediate")):
        with open(os.path.join(folder, "extensions"), "w", encoding="utf-8") as file:
            file.write(extensions[name])
        openssl("req", "-new", "-key", f"{name}.key", "-subj", names[name], "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey",
                f"{issuer}.key", "-CAcreateserial", "-days", "30", "-extfile", "extensions",
                "-out", f"{name}.pem")
    with open(os.path.join(folder, "chain.pem"), "wb") as chain:
        for name in ("leaf", "intermediate"):
            with open(os.path.join(folder, f"{name}.pem"), "rb") as file:
                chain.write(file.read())


class Nginx:
    """Runs until it is left; `files` are {name: bytes} below its root.

    behind: the port of a server on loopback, of which it is the proxy; None: it has files.
    """

    def __init__(self, listen, settings="", protocols="TLSv1.2 TLSv1.3", files=None, behind=None):
        self.behind = behind
        self.listen, self.settings, self.protocols = listen, settings, protocols
        self.files = files or {"small": 100}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="stayalive-web-")
        folder = self.folder.name
        os.chmod(folder, 0o755)
        make_certificates(folder)
        os.mkdir(os.path.join(folder, "files"))
        for name, size in self.files.items():
            with open(os.path.join(folder, "files", name), "wb") as file:
                file.write(b"x" * size)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=folder, port=self.port, listen=self.listen,
                                            settings=self.settings, protocols=self.protocols,
                                            upstream=UPSTREAM.format(behind=self.behind)
                                            if self.behind else "",
                                            location=LOCATION if self.behind else ""))
        self.process = subprocess.Popen(["nginx", "-p", folder, "-c", f"{folder}/nginx.conf"],
                                        stderr=subprocess.DEVNULL)
        self.wait_until_it_listens()
        return self

    def wait_until_it_listens(self):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("nginx does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()
