// A view whose messages are those of a widget: what a notebook shows. Every view of the widget has a name.

import { View } from "./view.js";

/**
 * What anywidget gives us of the model.
 * @typedef {{get: (name: string) => any, send: (content: unknown) => void,
 *   on: (event: string, callback: (content: any, buffers: DataView[]) => void) => void,
 *   off: (event: string, callback: (content: any, buffers: DataView[]) => void) => void}} WidgetModel
 */

// A host may lose what is said while it is still making a view; then it is said again, later each time.
const WAITS_MS = [1000, 2000, 4000, 8000, 16000];

/**
 * Show the figure.
 * @param {{model: WidgetModel, el: HTMLElement}} place
 * @returns {() => void} to be called when the output is taken away
 */
function render({ model, el }) {
  const name = Math.random().toString(36).slice(2);
  const caption = document.createElement("div");
  caption.className = "drypoint-caption";
  caption.hidden = true;
  el.append(caption);
  const view = new View(el, (message) => model.send({ view: name, text: JSON.stringify(message) }));
  view.onTitle = (/** @type {string} */ title) => {
    caption.textContent = title;
    // Titles that nobody has chosen say nothing.
    caption.hidden = /^(Figure( \d+)?)?$/.test(title);
  };
  const receive = (/** @type {any} */ content, /** @type {DataView[]} */ buffers) => {
    if (content.view !== name) return;
    if (buffers?.length) {
      const { buffer, byteOffset, byteLength } = buffers[0];
      view.receive(new Uint8Array(buffer, byteOffset, byteLength));
    } else if (content.message) view.receive(content.message);
  };
  model.on("msg:custom", receive);
  // The notebook has keys of its own, which it must not see.
  for (const type of ["keydown", "keyup", "keypress"]) {
    el.addEventListener(type, (event) => event.stopPropagation());
  }
  // JupyterLab takes them where they are, not where they come from.
  el.dataset.lmSuppressShortcuts = "true";
  el.dataset.jpSuppressContextMenu = "true";
  let timer = 0;
  const begin = (/** @type {number[]} */ [wait, ...waits]) => {
    if (view.isAnswered) return;
    view.begin();
    if (wait) timer = setTimeout(() => begin(waits), wait);
  };
  begin(WAITS_MS);
  return () => {
    clearTimeout(timer);
    model.off("msg:custom", receive);
    model.send({ view: name, text: null });
  };
}

export default { render };
