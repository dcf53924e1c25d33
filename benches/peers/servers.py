"""Servers on loopback that uploads go to: nginx if it is there, else the sandbox in a process of its own."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

NGINX = """
daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_max_body_size 0; keepalive_requests 1000000;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi; uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "Your data has been uploaded."; }} }}
}}
"""


def nginx():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command, port):
    """Runs a server until the block ends; gives its address once it listens."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def swallowing(ampost, directory):
    """A server that answers 200 and forgets; also what it is, in words."""
    port = free_port()
    if not nginx():
        return running([ampost, "sandbox", "--swallow", "--listen", f"127.0.0.1:{port}"], port), "ampost sandbox"
    place = os.path.join(directory, "nginx")
    os.makedirs(place)
    config = os.path.join(place, "nginx.conf")
    with open(config, "w", encoding="utf-8") as out:
        out.write(NGINX.format(directory=place, port=port))
    return running([nginx(), "-p", place, "-e", f"{place}/error.log", "-c", config], port), "nginx"


def delayed(ampost, milliseconds):
    """The sandbox, every answer late."""
    port = free_port()
    command = [ampost, "sandbox", "--swallow", "--listen", f"127.0.0.1:{port}", "--fail", f"*:delay={milliseconds}ms"]
    return running(command, port)
