#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tools/soak_live.py MINUTES [PROGRAM]: `videopose live --serve` with viewers that come, go, stall
and send half a request. Prints the program's memory and descriptors each minute; exit code 1 where
memory grows after the first minute (of ten at most) by more than a tenth, or descriptors stay."""

import http.server
import os
import pathlib
import random
import re
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
VIEWERS = 30
REQUESTS = [
    "GET /picture HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /picture HTTP/1.1\r\nHo",  # and no more
]


class Camera(http.server.BaseHTTPRequestHandler):
    """A camera of the network: motion JPEG without end, ten images a second."""

    images = [(ROOT / "tests/data/fixtures/images" / name).read_bytes()
              for name in ["tfjs_pose.jpg"]]

    def do_GET(self):  # noqa: N802
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=image")
        self.end_headers()
        try:
            while True:
                for image in self.images:
                    self.wfile.write(b"--image\r\nContent-Type: image/jpeg\r\nContent-Length: %d"
                                     b"\r\n\r\n" % len(image) + image + b"\r\n")
                    time.sleep(0.1)
        except OSError:
            pass  # the program has ended

    def log_message(self, *_):
        pass


def watch(port, end, counts):
    """One viewer after another."""
    chance = random.Random(threading.get_ident())
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as viewer:
                counts["connections"] += 1
                viewer.sendall(chance.choice(REQUESTS).encode())
                leaves = time.monotonic() + chance.expovariate(1 / 3)
                stalls = chance.random() < 0.3
                while time.monotonic() < min(leaves, end):
                    if stalls:
                        time.sleep(0.1)
                    elif not viewer.recv(65536):
                        break
        except OSError:
            counts["refused"] += 1
            time.sleep(0.1)


def memory_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def main():
    minutes = float(sys.argv[1])
    program = sys.argv[2] if len(sys.argv) > 2 else ROOT / "build/release/videopose"
    camera = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Camera)
    threading.Thread(target=camera.serve_forever, daemon=True).start()
    live = subprocess.Popen(
        [program, "live", f"http://127.0.0.1:{camera.server_port}/", "--serve", "0"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    port = None
    for line in live.stderr:
        if match := re.search(r"watch at http://[^:]+:(\d+)/", line):
            port = int(match[1])
            break
    if port is None:
        sys.exit("soak_live.py: the program does not say where to watch it")
    threading.Thread(target=lambda: sys.stderr.writelines(live.stderr), daemon=True).start()
    time.sleep(5)
    if live.poll() is not None:
        sys.exit(f"soak_live.py: the program has ended with {live.returncode}")
    print(f"before the first viewer: {memory_mb(live.pid):.0f} MB, {descriptors(live.pid)} "
          "descriptors", flush=True)
    before = descriptors(live.pid)

    counts = {"connections": 0, "refused": 0}
    begin = time.monotonic()
    end = begin + 60 * minutes
    viewers = [threading.Thread(target=watch, args=(port, end, counts)) for _ in range(VIEWERS)]
    for viewer in viewers:
        viewer.start()
    samples = []  # seconds, MB, descriptors
    next_line = 60
    while time.monotonic() < end:
        time.sleep(1)
        samples.append((time.monotonic() - begin, memory_mb(live.pid), descriptors(live.pid)))
        if samples[-1][0] >= next_line:
            next_line += 60
            print(f"{samples[-1][0] / 60:3.0f} min: {samples[-1][1]:.0f} MB, {samples[-1][2]} "
                  f"descriptors, {counts['connections']} connections", flush=True)
    for viewer in viewers:
        viewer.join()
    time.sleep(10)  # longer than the server waits for half a request
    after = descriptors(live.pid)
    warm = min(60, 6 * minutes)
    early = max(mb for s, mb, _ in samples if s <= warm)
    late = max(mb for s, mb, _ in samples if s > warm)
    print(f"{counts['connections']} connections ({counts['refused']} ended by the server or timed "
          f"out); at most {early:.0f} MB in the first {warm:.0f} s, {late:.0f} MB later, "
          f"{memory_mb(live.pid):.0f} MB at the end; descriptors {before} before, at most "
          f"{max(d for _, _, d in samples)}, {after} after")
    live.terminate()
    live.wait()
    sys.exit(0 if late <= 1.1 * early and after <= before else 1)


main()
