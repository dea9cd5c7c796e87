// A live figure on a page. Knows no transport: whoever makes a view gives it `send` and calls `receive`.

import { decodeBinary, PROTOCOL_VERSION } from "./protocol.js";
import { FrameCanvas } from "./frame.js";
import { Input } from "./input.js";
import { Preview } from "./preview.js";
import { Toolbar } from "./toolbar.js";

/** @typedef {import("./protocol.js").ServerMessage} ServerMessage */
/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./protocol.js").FileMessage} FileMessage */
/** @typedef {import("./input.js").Place} Place */

const LEAST_SIZE = 60;

/** A figure. */
export class View {
  /**
   * @param {HTMLElement} parent
   * @param {(message: Record<string, unknown>) => void} send
   */
  constructor(parent, send) {
    this._transport = send;
    this._number = 0;
    this._width = this._height = 1;
    this._takesWheel = false;
    this._mode = "";
    this._format = "png";
    this._isClosed = false;
    /** Whether the figure has said anything yet. */
    this.isAnswered = false;
    /** @type {Map<number, number>} */
    this._sentAt = new Map();
    /** Milliseconds from an input to the frame that shows it, the last 60 of them. */
    this.latencies = /** @type {number[]} */ ([]);
    /** Bytes of the last 60 frames. */
    this.sizes = /** @type {number[]} */ ([]);
    /** When the last 60 frames came, in milliseconds. */
    this._times = /** @type {number[]} */ ([]);
    /** @type {Promise<void>} */
    this._painting = Promise.resolve();

    this.element = document.createElement("div");
    this.element.className = "drypoint-view";
    this._stage = document.createElement("div");
    this._stage.className = "drypoint-stage";
    this._stage.tabIndex = 0;
    this._stage.setAttribute("role", "img");
    this._frame = new FrameCanvas();
    this._preview = new Preview(this._frame.canvas);
    this._band = document.createElement("div");
    this._band.className = "drypoint-rubberband";
    this._band.hidden = true;
    this._handle = document.createElement("div");
    this._handle.className = "drypoint-handle";
    this._handle.title = "Drag to resize";
    this._notice = document.createElement("div");
    this._notice.className = "drypoint-notice";
    this._notice.setAttribute("role", "status");
    this._notice.hidden = true;
    this._stage.append(this._frame.canvas, this._preview.canvas, this._band, this._notice);
    this._toolbar = new Toolbar({
      tool: (name) => this._sendInput({ type: "tool", name }),
      save: (format) => this._send({ type: "save", format }),
      copy: () => this._copy(),
      full: () => this._fullScreen(),
      measures: () => this.measures(),
    });
    this._frameBox = document.createElement("div");
    this._frameBox.className = "drypoint-box";
    this._frameBox.append(this._stage, this._handle);
    this.element.append(this._frameBox, this._toolbar.element);
    parent.append(this.element);

    this._input = new Input(
      this._stage,
      (place) => this._placeOf(place),
      (message) => this._sendInput(message),
    );
    this._input.takesWheel = () => this._takesWheel || this._mode !== "";
    // Before the input's own, which sends it.
    this._stage.addEventListener("pointerdown", (event) => this._preview.press(this._placeOf(event)), { capture: true });
    this._stage.addEventListener("pointermove", (event) => this._preview.follow(this._placeOf(event), event.buttons));
    this._listenToHandle();
    this._watchRatio();
    this._followFullScreen();
  }

  /** Begin, or begin again: the figure answers with everything there is to know. */
  begin() {
    this._frame.number = 0;
    this._send({ type: "hello", version: PROTOCOL_VERSION, ratio: Math.min(8, Math.max(0.25, devicePixelRatio)) });
  }

  /** How fast it is: what the line below says when it is clicked. */
  measures() {
    const middle = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
    const gaps = this._times.slice(1).map((time, index) => time - this._times[index]);
    const rate = gaps.length ? 1000 / middle(gaps) : 0;
    const bytes = Math.round(middle(this.sizes) / 100) / 10;
    return `${Math.round(middle(this.latencies))} ms to a frame, ${Math.round(rate)} frames/s, ${bytes} kB each`;
  }

  /** @param {string} text shown over the picture; nothing to take it away */
  notice(text) {
    this._notice.textContent = text;
    this._notice.hidden = text === "";
  }

  /**
   * Take a message of the figure.
   * @param {ServerMessage | Uint8Array} message
   */
  receive(message) {
    this.isAnswered = true;
    if (!(message instanceof Uint8Array)) return this._receiveObject(message);
    const decoded = decodeBinary(message);
    if (decoded && "file" in decoded) this._download(decoded.file);
    if (decoded && "frame" in decoded) {
      const frame = decoded.frame;
      this.sizes = [...this.sizes.slice(-59), message.byteLength];
      this._times = [...this._times.slice(-59), performance.now()];
      this._painting = this._painting.then(() => this._paint(frame)).catch(() => this.begin());
    }
  }

  /** @param {ServerMessage} message */
  _receiveObject(message) {
    switch (message.type) {
      case "hello":
        this.notice("");
        this._setSize(message.width, message.height);
        this._stage.setAttribute("aria-label", message.alt);
        this._takesWheel = message.takesWheel;
        this._preview.axes = message.axes ?? [];
        this._format = message.format;
        this._toolbar.element.hidden = !message.hasToolbar;
        this._toolbar.setFormats(message.formats);
        this._toolbar.setHistory(message.back ?? false, message.forward ?? false);
        this._setMode(message.mode ?? "");
        this.onTitle(message.title);
        break;
      case "size":
        this._setSize(message.width, message.height);
        break;
      case "title":
        this.onTitle(message.text);
        break;
      case "alt":
        this._stage.setAttribute("aria-label", message.text);
        break;
      case "message":
        this._toolbar.setMessage(message.text);
        break;
      case "cursor":
        this._stage.style.cursor = message.name;
        break;
      case "rubberband":
        this._showBand(message.box);
        break;
      case "mode":
        this._setMode(message.name);
        break;
      case "history":
        this._toolbar.setHistory(message.back, message.forward);
        break;
      case "drag":
        if (message.areas.length) this._preview.begin(message.areas);
        else this._preview.end();
        break;
      case "axes":
        this._preview.axes = message.areas;
        break;
      case "save":
        this._send({ type: "save", format: this._format });
        break;
      case "fullscreen":
        this._fullScreen();
        break;
      case "failed":
        this._toolbar.setMessage(message.text);
        break;
      case "outdated":
        this.notice("This page is of another version than the program: reload it.");
        break;
      case "close":
        this._isClosed = true;
        this.notice("The figure is closed.");
        this.onClose();
        break;
    }
  }

  /** Called with the figure's title. */
  onTitle = (/** @type {string} */ _title) => {};

  /** Called when the figure has been closed. */
  onClose = () => {};

  get isClosed() {
    return this._isClosed;
  }

  /** @param {Frame} frame */
  async _paint(frame) {
    if (!(await this._frame.show(frame))) return this.begin();
    this._fit();
    this._preview.refined(frame.input);
    for (const [number, time] of this._sentAt) {
      if (number > frame.input) break;
      this._sentAt.delete(number);
      if (number === frame.input) this.latencies = [...this.latencies.slice(-59), performance.now() - time];
    }
    this._send({ type: "shown", frame: frame.number });
    this.element.dispatchEvent(new CustomEvent("drypoint-frame", { detail: frame.number }));
  }

  /** @param {Record<string, unknown>} message */
  _send(message) {
    if (!this._isClosed) this._transport(message);
  }

  /** @param {Record<string, unknown>} message */
  _sendInput(message) {
    const number = ++this._number;
    if (this._sentAt.size > 200) this._sentAt.clear();
    this._sentAt.set(number, performance.now());
    const input = /** @type {any} */ (message);
    if (input.action === "move") this._preview.sent(number, input);
    if (input.type === "wheel" && this._zooms(input)) {
      this._preview.zoom(number, input, input.steps, this._input.direction);
    }
    this._send({ ...message, number });
  }

  /**
   * Whether the figure zooms by itself when the wheel is turned.
   * @param {{modifiers: string[]}} wheel
   */
  _zooms({ modifiers }) {
    const isKnown = !this._toolbar.element.hidden;
    return isKnown && (this._mode !== "" || modifiers.includes("ctrl") || this._input.direction !== "");
  }

  /**
   * @param {Place} event on the page
   * @returns {Place}
   */
  _placeOf({ x: pageX, y: pageY }) {
    const box = this._frame.canvas.getBoundingClientRect();
    return {
      x: ((pageX - box.left) * this._width) / (box.width || 1),
      y: ((pageY - box.top) * this._height) / (box.height || 1),
    };
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  _setSize(width, height) {
    this._width = width;
    this._height = height;
    this._fit();
  }

  _fit() {
    if (this._isResizing) return;
    // Smaller where there is less room; places are told in the figure's own measure nevertheless.
    Object.assign(this._stage.style, {
      ...{ width: `${this._width}px`, height: "auto" },
      aspectRatio: `${this._width} / ${this._height}`,
    });
    this.element.style.setProperty("--drypoint-width", `${this._width}px`);
    this._preview.setSize(this._width, this._height);
  }

  /** @param {string} mode */
  _setMode(mode) {
    this._mode = mode;
    // A finger that moves the figure does not scroll the page.
    this._stage.style.touchAction = mode ? "none" : "pan-y";
    this._toolbar.setMode(mode);
  }

  /** @param {[number, number, number, number] | null} box */
  _showBand(box) {
    this._band.hidden = box === null;
    if (!box) return;
    const [x, y, width, height] = box;
    const across = (/** @type {number} */ length) => `${(100 * length) / this._width}%`;
    const down = (/** @type {number} */ length) => `${(100 * length) / this._height}%`;
    Object.assign(this._band.style, { left: across(x), top: down(y), width: across(width), height: down(height) });
  }

  // --- size

  _isResizing = false;

  _listenToHandle() {
    const handle = this._handle;
    handle.addEventListener("pointerdown", (down) => {
      down.preventDefault();
      if (down.isTrusted) handle.setPointerCapture(down.pointerId);
      const start = { x: down.clientX, y: down.clientY, width: this._width, height: this._height };
      const stop = new AbortController();
      let waits = false;
      const size = (/** @type {PointerEvent} */ event) => ({
        width: Math.max(LEAST_SIZE, Math.round(start.width + event.clientX - start.x)),
        height: Math.max(LEAST_SIZE, Math.round(start.height + event.clientY - start.y)),
      });
      this._isResizing = true;
      handle.addEventListener(
        "pointermove",
        (event) => {
          const wanted = size(event);
          // At once, stretched; sharp when the frame comes.
          Object.assign(this._stage.style, { width: `${wanted.width}px`, height: `${wanted.height}px`, aspectRatio: "auto" });
          if (waits) return;
          waits = true;
          requestAnimationFrame(() => {
            waits = false;
            if (this._isResizing) this._send({ type: "resize", ...size(event) });
          });
        },
        { signal: stop.signal },
      );
      const end = (/** @type {PointerEvent} */ event) => {
        stop.abort();
        this._isResizing = false;
        this._send({ type: "resize", ...size(event) });
      };
      for (const type of ["pointerup", "pointercancel"]) {
        handle.addEventListener(type, /** @type {any} */ (end), { signal: stop.signal });
      }
    });
  }

  _watchRatio() {
    const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    query.addEventListener("change", () => (this.begin(), this._watchRatio()), { once: true });
  }

  /** The figure fills the screen while the view does. */
  _followFullScreen() {
    /** @type {{width: number, height: number} | null} */
    let before = null;
    this.element.addEventListener("fullscreenchange", () => {
      if (document.fullscreenElement === this.element) {
        before = { width: this._width, height: this._height };
        const height = Math.max(LEAST_SIZE, innerHeight - this._toolbar.element.offsetHeight);
        this._send({ type: "resize", width: innerWidth, height });
      } else if (before) this._send({ type: "resize", ...before });
    });
  }

  _fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.element.requestFullscreen?.().catch(() => {});
  }

  // --- files

  /** @param {FileMessage} file */
  _download(file) {
    const url = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (file.data)], { type: file.mediaType }));
    const link = document.createElement("a");
    link.href = url;
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    this._toolbar.setMessage(`Saved ${file.name}`);
  }

  async _copy() {
    try {
      const picture = new Promise((resolve, reject) =>
        this._frame.canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error())), "image/png"),
      );
      await navigator.clipboard.write([new ClipboardItem({ "image/png": /** @type {Promise<Blob>} */ (picture) })]);
      return true;
    } catch {
      return false;
    }
  }
}
