// What the user does with mouse, finger, pen, wheel and keyboard, as messages.

/** @typedef {(message: Record<string, unknown>) => void} SendInput */
/** @typedef {{x: number, y: number}} Place */

// Three lines of text, or a notch of most wheels, make one step.
const PIXELS_PER_STEP = 100;
const LINES_PER_STEP = 3;

// Keys that would leave the page or do something for the browser, which they go on doing.
const BROWSER_KEYS = new Set(["Tab", "F5", "F11", "F12"]);

/**
 * The modifiers of an event, as the protocol names them.
 * @param {MouseEvent | KeyboardEvent} event
 */
function modifiersOf(event) {
  const held = [];
  if (event.ctrlKey) held.push("ctrl");
  if (event.altKey) held.push("alt");
  if (event.shiftKey) held.push("shift");
  if (event.metaKey) held.push("meta");
  return held;
}

/** Listens on an element. */
export class Input {
  /**
   * @param {HTMLElement} element
   * @param {(place: Place) => Place} placeOf from the window's CSS pixels to the figure's
   * @param {SendInput} send
   */
  constructor(element, placeOf, send) {
    this._element = element;
    this._placeOf = placeOf;
    this._send = send;
    /** @type {Record<string, unknown> | null} */
    this._move = null;
    /** The key that is held down, if it says in which direction alone the wheel zooms. */
    this.direction = /** @type {"x" | "y" | ""} */ ("");
    /** Whether the wheel is the figure's; otherwise it scrolls the page. */
    this.takesWheel = () => false;
    /** @type {Map<number, PointerEvent>} */
    this._touches = new Map();
    this._spread = 0;
    this._lastDown = { time: 0, x: 0, y: 0, button: -1 };
    const listen = (/** @type {string} */ type, /** @type {(event: any) => void} */ handle) =>
      element.addEventListener(type, handle, { passive: false });
    listen("pointerdown", (event) => this._down(event));
    listen("pointermove", (event) => this._moved(event));
    listen("pointerup", (event) => this._up(event));
    listen("pointercancel", (event) => this._up(event));
    listen("pointerenter", (event) => this._pointer("enter", event, -1));
    listen("pointerleave", (event) => this._pointer("leave", event, -1));
    listen("contextmenu", (event) => event.preventDefault());
    listen("wheel", (event) => this._wheel(event));
    listen("keydown", (event) => this._key("down", event));
    listen("keyup", (event) => this._key("up", event));
    listen("blur", () => (this.direction = ""));
  }

  /**
   * @param {string} action
   * @param {PointerEvent} event
   * @param {number} button
   */
  _pointer(action, event, button) {
    this.flush();
    this._send({
      ...{ type: "pointer", action, button, buttons: event.buttons & 31 },
      ...this._placeOf(event),
      modifiers: modifiersOf(event),
    });
  }

  /** @param {PointerEvent} event */
  _down(event) {
    this._element.focus({ preventScroll: true });
    if (event.pointerType === "touch") {
      this._touches.set(event.pointerId, event);
      if (this._touches.size === 2) {
        // Two fingers scale; what one of them has begun ends.
        this._pointer("up", event, 0);
        this._spread = this._fingerSpread();
      }
      if (this._touches.size > 1) return;
    }
    event.preventDefault();
    if (event.isTrusted) this._element.setPointerCapture(event.pointerId);
    const last = this._lastDown;
    const isDouble =
      event.button === last.button &&
      event.timeStamp - last.time < 400 &&
      Math.hypot(event.clientX - last.x, event.clientY - last.y) < 5;
    // A third click begins anew.
    this._lastDown = {
      ...{ time: isDouble ? 0 : event.timeStamp, x: event.clientX, y: event.clientY },
      button: event.button,
    };
    this._pointer(isDouble ? "double" : "down", event, event.button);
  }

  /** @param {PointerEvent} event */
  _moved(event) {
    if (this._touches.has(event.pointerId)) {
      this._touches.set(event.pointerId, event);
      if (this._touches.size > 1) return this._pinch();
    }
    const isFirst = this._move === null;
    this._move = {
      ...{ type: "pointer", action: "move", button: -1, buttons: event.buttons & 31 },
      ...this._placeOf(event),
      modifiers: modifiersOf(event),
    };
    // One per picture on the screen is all that anybody can see.
    if (isFirst) requestAnimationFrame(() => this.flush());
  }

  /** Send a move that waits for the next picture on the screen. */
  flush() {
    const move = this._move;
    this._move = null;
    if (move) this._send(move);
  }

  /** @param {PointerEvent} event */
  _up(event) {
    const fingers = this._touches.size;
    this._touches.delete(event.pointerId);
    if (fingers < 2) this._pointer("up", event, Math.max(event.button, 0));
  }

  _fingerSpread() {
    const [a, b] = [...this._touches.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  }

  _pinch() {
    const spread = this._fingerSpread();
    // A step of the wheel makes 0.85 of the range.
    const steps = Math.log(this._spread / Math.max(spread, 1)) / Math.log(0.85);
    if (Math.abs(steps) < 0.1) return;
    this._spread = spread;
    const [a, b] = [...this._touches.values()];
    const middle = { x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 };
    this._send({ type: "wheel", ...this._placeOf(middle), steps, modifiers: ["ctrl"] });
  }

  /** @param {WheelEvent} event */
  _wheel(event) {
    // With ctrl it is a zoom in any case; trackpads say so for two fingers.
    if (!event.ctrlKey && !this.direction && !this.takesWheel()) return;
    event.preventDefault();
    const perStep = [PIXELS_PER_STEP, LINES_PER_STEP, 1][event.deltaMode] ?? PIXELS_PER_STEP;
    const steps = Math.max(-20, Math.min(20, -event.deltaY / perStep));
    if (steps) this._send({ type: "wheel", ...this._placeOf(event), steps, modifiers: modifiersOf(event) });
  }

  /**
   * @param {"down" | "up"} action
   * @param {KeyboardEvent} event
   */
  _key(action, event) {
    if (event.isComposing || BROWSER_KEYS.has(event.key)) return;
    // Reload, new tab, copy of a selection and the like stay what they are.
    if ((event.ctrlKey || event.metaKey) && "rtwnl+-0".includes(event.key.toLowerCase())) return;
    event.preventDefault();
    this.flush();
    if (event.key === "x" || event.key === "y") this.direction = action === "down" ? event.key : "";
    this._send({ type: "key", action, key: event.key, modifiers: modifiersOf(event) });
  }
}
