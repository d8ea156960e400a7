#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The window as a screen reader has it: lapilli-desktop on a display and a bus of its own, read and used over
AT-SPI from outside.

    screen_reader_test.py LAPILLI-DESKTOP SCRIPTED-HOST
"""
import ctypes
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import warnings

MOST_SECONDS = 240  # of all of it, on a machine that does much else
ANSWER = "A red circle is beside a blue square of another size."
TOKENS = 120
# With a control that no other page has.
PAGES = {"Chat": "Question", "Captions": "Prompt", "Models": "Models on this computer", "Settings": "Context"}
LEAST = 10  # controls of a page
# What scrolls, and a set of tabs, is a filler to Qt.
CONTROLS = ("check box", "combo box", "filler", "label", "list", "list item", "page tab", "page tab list",
            "push button", "spin button", "table", "text", "tree")


class Machine:
    """A display, a bus and the window on them; all of it ends with this."""

    PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.libc = ctypes.CDLL(None)
        # What the bus starts becomes a child of this process when the bus ends, and is ended with the others.
        self.libc.prctl(self.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self.environment = dict(os.environ)
        for name in ("DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"):
            self.environment.pop(name, None)
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.environment |= {"XDG_RUNTIME_DIR": str(runtime), "HOME": str(folder), "GSETTINGS_BACKEND": "memory",
                             "LANGUAGE": "en", "QT_QPA_PLATFORM": "xcb", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}

    def begin(self, window, engine):
        self.environment["DISPLAY"] = ":" + self.said(
            "Xvfb", "-displayfd", "{}", "-screen", "0", "1280x960x24", "-nolisten", "tcp")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.said(
            "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={}")
        self.window = self.start(window, "--profile", self.profile(engine), "--model", "scripted")

    def profile(self, engine):
        """Settings with an engine that answers at once, always the same."""
        program = self.folder / "engine"
        program.write_text(f"#!/bin/sh\nexec {shlex.quote(engine)} {shlex.quote('answer=' + ANSWER)} tokens={TOKENS}\n")
        program.chmod(0o755)
        profile = self.folder / "profile"
        (profile / "config").mkdir(parents=True)
        (profile / "config/lapilli.ini").write_text(f"[General]\nlanguage=en\n[engine]\nprogram={program}\n")
        return str(profile)

    def start(self, *command, **options):
        def follow_parent():
            self.libc.prctl(self.PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

        return subprocess.Popen(command, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                                preexec_fn=follow_parent, **options)

    def said(self, *command):
        """Starts a program and returns the line that it writes once it is ready, to the descriptor {}."""
        read, write = os.pipe()
        self.start(*(part.format(write) for part in command), pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as pipe:
            line = pipe.readline().strip()
        if not line:
            raise AssertionError(f"{command[0]} did not start")
        return line

    def end(self):
        """Ends whatever is left, until nothing is."""
        me = os.getpid()
        while True:
            for child in pathlib.Path(f"/proc/{me}/task/{me}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
            try:
                os.wait()
            except ChildProcessError:
                return


class Reader:
    """What a screen reader does: it looks for objects, reads and presses them, and hears of news."""

    def __init__(self, machine):
        import gi

        gi.require_version("Atspi", "2.0")
        warnings.filterwarnings("ignore", category=DeprecationWarning)  # screen readers still do it like this
        from gi.repository import Atspi, GLib

        self.Atspi, self.GLib, self.machine = Atspi, GLib, machine
        self.deadline = time.monotonic() + MOST_SECONDS
        Atspi.init()
        Atspi.set_timeout(MOST_SECONDS * 1000, MOST_SECONDS * 1000)
        self.heard = []
        self.listener = Atspi.EventListener.new(self.hear)
        self.listener.register("object:state-changed:showing")
        self.frame = None
        self.application = self.until("the window's application", self.find_application)
        self.frame = self.until("the window", lambda: self.find(self.application, lambda item: is_a(item, "frame")))

    def hear(self, event):
        try:
            if event.detail1 == 1 and is_a(event.source, "notification"):
                self.heard.append(event.source.get_name())
        except self.GLib.Error:
            pass  # no longer there

    def until(self, what, look):
        """What look() finds, as soon as it finds something."""
        while True:
            while self.GLib.MainContext.default().iteration(False):
                pass
            try:
                if found := look():
                    return found
            except self.GLib.Error:
                pass  # an object went while it was looked at
            check(self.machine.window.poll() is None, f"the window ended before {what}")
            if time.monotonic() > self.deadline:
                shown = [(item.get_role_name(), item.get_name())
                         for item in (self.all_below(self.frame) if self.frame else [])]
                raise AssertionError(f"{what}: not after {MOST_SECONDS} s; there is {shown}")
            time.sleep(0.02)  # until the next look: not everything that changes is told of

    def find_application(self):
        desktop = self.Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.machine.window.pid:
                child.set_cache_mask(self.Atspi.Cache.NONE)
                return child
        return None

    def all_below(self, item):
        """The item and what is shown below it; of long lists and tables the beginning."""
        yield item
        for index in range(min(item.get_child_count(), 50)):
            child = item.get_child_at_index(index)
            if child is not None and child.get_state_set().contains(self.Atspi.StateType.SHOWING):
                yield from self.all_below(child)

    def find(self, below, wanted):
        return next((item for item in self.all_below(below) if wanted(item)), None)

    def button(self, name):
        return self.until(name, lambda: self.find(
            self.frame, lambda item: is_a(item, "check box", "page tab", "push button") and item.get_name() == name))

    def press(self, name):
        check(self.Atspi.Action.do_action(self.button(name), 0), f"{name} can not be pressed")

    def words(self, item):
        return self.Atspi.Text.get_text(item, 0, -1) if "Text" in item.get_interfaces() else ""

    def lines(self, item):
        """As screen readers step through them."""
        found, offset = [], 0
        while offset < self.Atspi.Text.get_character_count(item):
            line = self.Atspi.Text.get_text_at_offset(item, offset, self.Atspi.TextBoundaryType.LINE_START)
            if line.start_offset not in [start for start, _ in found]:
                found.append((line.start_offset, line.content))
            offset = max(line.end_offset, offset + 1)
        return [content for _, content in found]

    def called(self, item):
        """What a control is called; of a box of choices, whose name is the choice, its label's words."""
        if not is_a(item, "combo box"):
            return item.get_name().strip()
        labels = (relation.get_target(index) for relation in item.get_relation_set()
                  if relation.get_relation_type() == self.Atspi.RelationType.LABELLED_BY
                  for index in range(relation.get_n_targets()))
        return " ".join(label.get_name().strip() for label in labels)

    def controls(self):
        """What the keyboard can go to: role and name of each."""
        return [(item.get_role_name(), self.called(item)) for item in self.all_below(self.frame)
                if item.get_state_set().contains(self.Atspi.StateType.FOCUSABLE)]

    def check_controls(self, where, least=LEAST):
        controls = self.until(where, self.controls)
        print(f"{where}: {len(controls)} controls")
        check(len(controls) >= least, f"{where}: only {controls}")
        wrong = [f"{role} '{name}'" for role, name in controls if not name or role not in CONTROLS]
        check(not wrong, f"{where}: without a name or a known role: {', '.join(wrong)}")


def check(fine, sentence):
    if not fine:
        raise AssertionError(sentence)


def is_a(item, *roles):
    return item.get_role_name() in roles


def every_page_is_named(reader):
    for page, control in PAGES.items():
        reader.press(page)
        reader.until(page, lambda: control in (name for _, name in reader.controls()))
        reader.check_controls(page)
    reader.press("Models")
    reader.press("From a hub")
    reader.until("the hub", lambda: reader.find(
        reader.frame, lambda item: item.get_name().startswith("Nothing is fetched before")))
    reader.check_controls("From a hub")


def panels_open_without_a_click(reader):
    reader.press("Chat")
    for button, control in (("Free text", "Form of the answer"), ("Exact", "Preset of generation settings")):
        reader.press(button)
        reader.until(f"the panel of {button}", lambda: reader.find(
            reader.frame, lambda item: is_a(item, "combo box") and reader.called(item) == control))
        reader.check_controls(button)
        reader.press(button)


def an_answer_is_announced_once_and_read_line_by_line(reader):
    reader.press("Chat")
    question = reader.until("the question's field", lambda: reader.find(
        reader.frame, lambda item: is_a(item, "text") and item.get_name() == "Question"))
    check(reader.Atspi.EditableText.set_text_contents(question, "What is in this picture?"), "nothing can be written")
    reader.press("Ask")
    whole = " ".join((ANSWER.split() * TOKENS)[:TOKENS])
    answer = reader.until("the answer", lambda: reader.find(
        reader.frame, lambda item: item.get_name() == "Answer" and reader.words(item) == whole))
    reader.until("the announcement", lambda: whole in reader.heard)
    lines = reader.lines(answer)
    print(f"the answer: {len(lines)} lines")
    check(len(lines) > 2, f"only {lines}")
    check(" ".join(line.strip() for line in lines) == whole, f"lines are missing or there twice: {lines}")
    reader.check_controls("the conversation")


def too_late(*_):
    raise AssertionError(f"not done after {MOST_SECONDS + 20} s")


def main(window, engine):
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(MOST_SECONDS + 20)
    with tempfile.TemporaryDirectory(prefix="lapilli-screen-reader-") as folder:
        machine = Machine(folder)
        try:
            machine.begin(window, engine)
            os.environ.update(machine.environment)
            reader = Reader(machine)
            panels_open_without_a_click(reader)
            an_answer_is_announced_once_and_read_line_by_line(reader)
            every_page_is_named(reader)
            # All of it was told until here.
            check(len(reader.heard) == 1, f"announced was: {reader.heard}")
        finally:
            machine.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
