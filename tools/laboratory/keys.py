# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates for one recording, in a folder that is gone afterwards."""
import os
import subprocess


def make_ssh_keys(folder):
    for name in ("host", "id"):
        quietly(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{folder}/{name}"])
    with open(f"{folder}/id.pub", encoding="ascii") as public:
        with open(f"{folder}/authorized", "w", encoding="ascii") as file:
            file.write(public.read())


def make_openvpn_keys(folder):
    for name in ("s", "c"):
        quietly(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{folder}/{name}.key",
                 "-out", f"{folder}/{name}.crt", "-days", "30", "-subj", f"/CN={name}"])


def fingerprint(folder, name):
    """The SHA-256 by which the other side knows the certificate."""
    out = subprocess.run(["openssl", "x509", "-in", f"{folder}/{name}.crt", "-noout",
                          "-fingerprint", "-sha256"], check=True, capture_output=True, text=True)
    return out.stdout.split("=")[1].strip()


def quietly(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not all(os.path.exists(c) for c in command if c.endswith(".crt")):
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")
