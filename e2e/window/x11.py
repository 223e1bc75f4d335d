"""Parts of X11 that xdotool lacks, for the window tests.

x11.py drop WINDOW X Y FILE...   drops files on a window (the XDND protocol, version 5)
x11.py close WINDOW              asks a window to close (WM_DELETE_WINDOW)
"""

import sys
import time
import urllib.parse

from Xlib import X, display
from Xlib.protocol import event

LIMIT = 10  # seconds that the window has to take the drop


def send(d, window, kind, values):
    """Sends a client message of five numbers to a window."""
    message = event.ClientMessage(window=window, client_type=d.intern_atom(kind), data=(32, values))
    window.send_event(message, event_mask=0)
    d.flush()


def close(d, window):
    send(d, window, "WM_PROTOCOLS", [d.intern_atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0])
    d.sync()


def answer(d, request, content):
    """Hands the dropped list to the window, which asks for it as for a selection."""
    request.requestor.change_property(request.property, d.intern_atom("text/uri-list"), 8, content)
    request.requestor.send_event(event.SelectionNotify(
        time=request.time, requestor=request.requestor, selection=request.selection,
        target=request.target, property=request.property))
    d.flush()


def drop(d, window, x, y, files):
    root = d.screen().root
    if window.get_full_property(d.intern_atom("XdndAware"), X.AnyPropertyType) is None:
        sys.exit("the window takes no drops")
    source = root.create_window(0, 0, 1, 1, 0, d.screen().root_depth)
    source.set_selection_owner(d.intern_atom("XdndSelection"), X.CurrentTime)
    content = "".join("file://" + urllib.parse.quote(f) + "\r\n" for f in files).encode()
    corner = root.translate_coords(window, 0, 0)
    where = (corner.x + x) << 16 | (corner.y + y)

    send(d, window, "XdndEnter", [source.id, 5 << 24, d.intern_atom("text/uri-list"), 0, 0])
    send(d, window, "XdndPosition", [source.id, 0, where, X.CurrentTime, d.intern_atom("XdndActionCopy")])
    dropped, end = False, time.monotonic() + LIMIT
    while time.monotonic() < end:
        if not d.pending_events():
            time.sleep(0.005)
            continue
        e = d.next_event()
        if e.type == X.SelectionRequest:
            answer(d, e, content)
        elif e.type == X.ClientMessage and e.client_type == d.intern_atom("XdndStatus") and not dropped:
            if not e.data[1][1] & 1:
                sys.exit("the window refuses the drop")
            dropped = True
            send(d, window, "XdndDrop", [source.id, 0, X.CurrentTime, 0, 0])
        elif e.type == X.ClientMessage and e.client_type == d.intern_atom("XdndFinished"):
            print("finished")
            return
    sys.exit("the window did not take the drop in %d s" % LIMIT)


def main():
    d = display.Display()
    window = d.create_resource_object("window", int(sys.argv[2]))
    if sys.argv[1] == "close":
        close(d, window)
    else:
        drop(d, window, int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:])


main()
