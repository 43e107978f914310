"""Headless Chromium from a test, with the standard library alone: it is spoken to through a pair of pipes
(--remote-debugging-pipe, messages of JSON that end with a zero byte)."""
import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class BrowserError(Exception):
    """The browser did not start, did not answer, or said that a command failed."""


class Browser:
    """A browser with one page; use it in a with statement.

    `complaints` are console errors and warnings, uncaught exceptions and security violations of the page so far;
    `requests` are the addresses that it asked for, without data: ones.
    """

    def __init__(self, patience_s=60):
        self.patience_s, self.ids, self.complaints, self.requests = patience_s, itertools.count(1), [], []
        self.profile = tempfile.mkdtemp()
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def as_3_and_4():
            low, high = os.dup(to_browser), os.dup(from_browser)  # copies: either may be 3 or 4 itself
            os.dup2(low, 3)
            os.dup2(high, 4)

        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            raise BrowserError("there is no chromium")
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
             f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=as_3_and_4, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest, self.session = b"", None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self, until):
        """The next message of the browser."""
        while b"\0" not in self.rest:
            if not select.select([self.read_end], [], [], max(until - time.monotonic(), 0))[0]:
                raise BrowserError("the browser does not answer")
            part = os.read(self.read_end, 1 << 20)
            if not part:
                raise BrowserError("the browser has ended")
            self.rest += part
        text, _, self.rest = self.rest.partition(b"\0")
        found = json.loads(text)
        self.note(found.get("method"), found.get("params", {}))
        return found

    def note(self, method, told):
        if method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(a.get("value", a.get("description"))) for a in told["args"]))
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"])[:400])
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(told["entry"]["text"])
        elif method == "Network.requestWillBeSent" and not told["request"]["url"].startswith("data:"):
            self.requests.append(told["request"]["url"])

    def call(self, method, **parameters):
        """A command of the DevTools protocol; its result."""
        number, until = next(self.ids), time.monotonic() + self.patience_s
        told = {"id": number, "method": method, "params": parameters}
        if self.session:
            told["sessionId"] = self.session
        os.write(self.write_end, json.dumps(told).encode() + b"\0")
        while True:
            answer = self.message(until)
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, address, width, height=900, dark=False, phone=False):
        """Shows a page in a window of so many CSS pixels and waits until it is loaded."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, mobile=phone,
                  deviceScaleFactor=2 if phone else 1)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Page.navigate", url=address)
        until = time.monotonic() + self.patience_s
        while self.message(until).get("method") != "Page.loadEventFired":
            pass

    def run(self, script):
        """The value of a script in the page; a promise is waited for."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"script: {json.dumps(result['exceptionDetails'])[:600]}")
        return result["result"].get("value")

    def screenshot(self, path, whole=False):
        """The window, or the whole page, as PNG."""
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture["data"]))
