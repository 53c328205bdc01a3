#!/usr/bin/env python3
"""A timestamp authority for tests, out of openssl ts: tsa.py FOLDER makes a root and an authority in FOLDER (new), listens
on a free port of this machine, writes its address to FOLDER/url, and serves until it is ended."""
import http.server, os, subprocess, sys

folder = sys.argv[1]
os.makedirs(folder)
os.chdir(folder)

def openssl(*args, **more):
    return subprocess.run(["openssl", *args], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **more).stdout

CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
with open("openssl.cnf", "w") as f:
    f.write(CONFIG)
with open("serial", "w") as f:
    f.write("01\n")
openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "30",
        "-subj", "/CN=Timestamp root for tests", "-config", "openssl.cnf", "-extensions", "root")
openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Timestamp authority for tests",
        "-config", "openssl.cnf")
openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "2", "-days", "30", "-out", "tsa.pem",
        "-extfile", "openssl.cnf", "-extensions", "authority")


class Authority(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        with open("query", "wb") as f:
            f.write(self.rfile.read(int(self.headers["Content-Length"])))
        reply = openssl("ts", "-reply", "-config", "openssl.cnf", "-queryfile", "query")
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Authority)
with open("url.new", "w") as f:
    f.write(f"http://127.0.0.1:{server.server_port}/")
os.rename("url.new", "url")
server.serve_forever()
