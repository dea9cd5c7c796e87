// A view whose messages go through a WebSocket that is opened again whenever it breaks.

import { View } from "./view.js";

const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 8000;
// There is no such figure (any more).
const GONE_CODE = 4404;

/**
 * Show a figure.
 * @param {HTMLElement} parent
 * @param {string} address of the socket; relative to the page
 * @returns {View}
 */
export function connect(parent, address) {
  const url = new URL(address, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  /** @type {WebSocket} */
  let socket;
  let wait = FIRST_WAIT_MS;
  const view = new View(parent, (message) => {
    // What is done while there is no connection has no effect; the figure is as it was.
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  });
  const open = () => {
    socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      view.begin();
    });
    socket.addEventListener("message", ({ data }) => {
      view.receive(typeof data === "string" ? JSON.parse(data) : new Uint8Array(data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (view.isClosed) return;
      if (code === GONE_CODE) return view.notice("The figure is closed.");
      view.notice("The program does not answer; trying again …");
      setTimeout(open, wait);
      wait = Math.min(2 * wait, MOST_WAIT_MS);
    });
  };
  open();
  return view;
}
