// The page that `savefig("figure.html")` writes: a picture to zoom and pan, and coordinates under the pointer.
// A whole by itself: it imports nothing, and nothing is fetched.

/**
 * One direction of an axes: values at equal steps from its low end to its high one; of a logarithmic scale
 * the logarithms, of dates milliseconds since 1970.
 * @typedef {{name: string, kind: "linear" | "log" | "date", values: number[]}} Scale
 * @typedef {{box: [number, number, number, number], x: Scale, y: Scale}} PictureAxes
 */

const picture = /** @type {HTMLImageElement} */ (document.querySelector("img"));
const stage = /** @type {HTMLElement} */ (document.querySelector("main"));
const output = /** @type {HTMLElement} */ (document.querySelector("output"));
/** @type {PictureAxes[]} */
const allAxes = JSON.parse(document.body.dataset.axes ?? "[]");

let zoom = 1;
let offset = { x: 0, y: 0 };

function place() {
  picture.style.transform = `translate(${offset.x}px, ${offset.y}px) scale(${zoom})`;
}

/**
 * Zoom about a place on the screen.
 * @param {number} factor
 * @param {number} x
 * @param {number} y
 */
function zoomAbout(factor, x, y) {
  const next = Math.min(64, Math.max(0.5, zoom * factor));
  const box = picture.getBoundingClientRect();
  const scale = next / zoom;
  offset.x += (x - box.left) * (1 - scale);
  offset.y += (y - box.top) * (1 - scale);
  zoom = next;
  place();
}

function reset() {
  zoom = 1;
  offset = { x: 0, y: 0 };
  place();
}

/**
 * The value at a part of the way, and how far apart neighbouring pixels are there.
 * @param {Scale} scale
 * @param {number} part from 0 to 1
 * @param {number} pixels length on the screen
 */
function valueAt({ kind, values }, part, pixels) {
  const at = (/** @type {number} */ share) => {
    const place = Math.min(Math.max(share, 0), 1) * (values.length - 1);
    const index = Math.min(Math.floor(place), values.length - 2);
    const value = values[index] + (values[index + 1] - values[index]) * (place - index);
    return kind === "log" ? 10 ** value : value;
  };
  return { value: at(part), step: Math.abs(at(part + 0.5 / pixels) - at(part - 0.5 / pixels)) };
}

/**
 * @param {Scale} scale
 * @param {number} part
 * @param {number} pixels
 */
function textAt(scale, part, pixels) {
  const { value, step } = valueAt(scale, part, pixels);
  if (scale.kind === "date") {
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) return "?";
    const text = date.toISOString();
    // As fine as a pixel is: days, minutes, seconds or milliseconds.
    if (step > 43_200_000) return text.slice(0, 10);
    return text.slice(0, step > 30_000 ? 16 : step > 500 ? 19 : 23).replace("T", " ");
  }
  if (!Number.isFinite(value)) return "?";
  const digits = step > 0 ? Math.floor(Math.log10(Math.abs(value) / step || 1)) + 2 : 6;
  const size = Math.abs(value);
  if (size < step / 2) return "0";
  const precision = Math.min(15, Math.max(1, digits));
  return size >= 1e6 || size < 1e-4 ? value.toExponential(precision - 1) : String(Number(value.toPrecision(precision)));
}

/** @param {MouseEvent} event */
function tell(event) {
  const box = picture.getBoundingClientRect();
  const x = (event.clientX - box.left) / box.width;
  const y = 1 - (event.clientY - box.top) / box.height;
  // The last one is on top.
  const axes = [...allAxes].reverse().find(({ box: [x0, y0, x1, y1] }) => x >= x0 && x <= x1 && y >= y0 && y <= y1);
  if (!axes) {
    output.textContent = "";
    return;
  }
  const [x0, y0, x1, y1] = axes.box;
  const parts = [
    `${axes.x.name} = ${textAt(axes.x, (x - x0) / (x1 - x0), (x1 - x0) * box.width)}`,
    `${axes.y.name} = ${textAt(axes.y, (y - y0) / (y1 - y0), (y1 - y0) * box.height)}`,
  ];
  output.textContent = parts.join(", ");
}

/** @type {Map<number, PointerEvent>} */
const pointers = new Map();
/** Where two fingers were last. */
let pinch = { spread: 1, x: 0, y: 0 };

/** How far two fingers are apart, and what is between them. */
function pinchNow() {
  const [a, b] = [...pointers.values()];
  return {
    spread: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)),
    ...{ x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 },
  };
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  pointers.set(event.pointerId, event);
  if (event.isTrusted) stage.setPointerCapture(event.pointerId);
  if (pointers.size > 1) pinch = pinchNow();
});
for (const type of ["pointerup", "pointercancel"]) {
  stage.addEventListener(type, (event) => {
    pointers.delete(/** @type {PointerEvent} */ (event).pointerId);
    if (pointers.size > 1) pinch = pinchNow();
  });
}
stage.addEventListener("pointermove", (event) => {
  tell(event);
  const before = pointers.get(event.pointerId);
  if (!before) return;
  pointers.set(event.pointerId, event);
  if (pointers.size > 1) {
    // What is between the fingers stays there.
    const now = pinchNow();
    offset.x += now.x - pinch.x;
    offset.y += now.y - pinch.y;
    place();
    zoomAbout(now.spread / pinch.spread, now.x, now.y);
    pinch = now;
  } else {
    offset.x += event.clientX - before.clientX;
    offset.y += event.clientY - before.clientY;
    place();
  }
});
stage.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    zoomAbout(1.2 ** (-event.deltaY / 100), event.clientX, event.clientY);
  },
  { passive: false },
);
stage.addEventListener("dblclick", reset);
stage.addEventListener("keydown", (event) => {
  const box = stage.getBoundingClientRect();
  const middle = /** @type {[number, number]} */ ([box.left + box.width / 2, box.top + box.height / 2]);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, () => void>} */
  const keys = {
    "+": () => zoomAbout(1.25, ...middle),
    "-": () => zoomAbout(0.8, ...middle),
    0: reset,
    ArrowLeft: () => (offset.x += 40),
    ArrowRight: () => (offset.x -= 40),
    ArrowUp: () => (offset.y += 40),
    ArrowDown: () => (offset.y -= 40),
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
  place();
});
/** @type {HTMLElement} */ (document.querySelector("button")).addEventListener("click", reset);
