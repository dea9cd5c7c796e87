"""Live figures in a browser: what travels, who is watching, and the server.

``message``
    What a view sends and is sent; one page describes it, docs/web-protocol.md.
``frame``
    From two pictures to the bytes that turn one into the other.
``work``
    Where a figure's work is done: one thread, in order, with timers.
``session``
    A figure and the views on it, whatever carries their messages.
``assets``
    The script and the style of the view, in ``static/``.
``app``, ``server``
    Sessions by WebSocket, and what keeps strangers out.

Nothing in here knows Matplotlib: the figure is whoever implements `session.Subject`.
"""
