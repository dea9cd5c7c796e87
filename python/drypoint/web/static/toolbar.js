// The row of buttons below a figure, and the line that says where the pointer is.

import { icon } from "./icons.js";

/** @typedef {import("./icons.js").IconName} IconName */
/** @typedef {"home" | "back" | "forward" | "pan" | "zoom"} ToolName */

/** @type {[ToolName, string][]} */
const TOOL_BUTTONS = [
  ["home", "Original view (h)"],
  ["back", "Back (c)"],
  ["forward", "Forward (v)"],
  ["pan", "Move: drag, right button scales, wheel zooms (p)"],
  ["zoom", "Zoom to a rectangle (o)"],
];

/** What a toolbar has others do. */
/** @typedef {{tool: (name: ToolName) => void, save: (format: string) => void, copy: () => Promise<boolean>,
 *   full: () => void, measures: () => string}} ToolbarActions */

/** Buttons and a status line. */
export class Toolbar {
  /** @param {ToolbarActions} actions */
  constructor(actions) {
    this._actions = actions;
    this.element = document.createElement("div");
    this.element.className = "drypoint-toolbar";
    this.element.setAttribute("role", "toolbar");
    this.element.setAttribute("aria-label", "Figure");
    /** @type {Record<string, HTMLButtonElement>} */
    this._buttons = {};
    for (const [name, title] of TOOL_BUTTONS) {
      this._add(name, title, () => actions.tool(name));
      if (name === "forward") this._separate();
    }
    for (const name of ["pan", "zoom"]) this._buttons[name].setAttribute("aria-pressed", "false");
    this._separate();
    const save = this._add("save", "Save as …", () => this._openMenu());
    save.setAttribute("aria-haspopup", "menu");
    this._menu = document.createElement("div");
    this._menu.className = "drypoint-menu";
    this._menu.setAttribute("role", "menu");
    this._menu.hidden = true;
    const anchor = document.createElement("span");
    anchor.className = "drypoint-anchor";
    save.replaceWith(anchor);
    anchor.append(save, this._menu);
    this._add("copy", "Copy the picture", async () => {
      this.setMessage((await actions.copy()) ? "Copied" : "This browser does not let pages copy pictures");
    });
    this._add("full", "Fill the screen (f)", () => actions.full());
    this._status = document.createElement("output");
    this._status.className = "drypoint-status";
    this._status.title = "Click to see how fast it is";
    this._status.addEventListener("click", () => this.setMessage(actions.measures()));
    this.element.append(this._status);
    this._roam();
  }

  /**
   * @param {IconName} name
   * @param {string} title
   * @param {() => void} act
   */
  _add(name, title, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = title;
    button.setAttribute("aria-label", title);
    button.dataset.name = name;
    button.append(icon(name));
    button.addEventListener("click", act);
    this._buttons[name] = button;
    this.element.append(button);
    return button;
  }

  _separate() {
    const line = document.createElement("span");
    line.className = "drypoint-separator";
    this.element.append(line);
  }

  /** One stop for the tabulator; arrows go from button to button. */
  _roam() {
    const buttons = Object.values(this._buttons);
    this._stopAt(buttons[0]);
    this.element.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
      if (!step || at < 0) return;
      event.preventDefault();
      let next = at;
      // What does nothing now cannot be gone to.
      do next = (next + step + buttons.length) % buttons.length;
      while (buttons[next].disabled && next !== at);
      this._stopAt(buttons[next]);
      buttons[next].focus();
    });
  }

  /** @param {HTMLButtonElement} stop where the tabulator comes to */
  _stopAt(stop) {
    for (const button of Object.values(this._buttons)) button.tabIndex = button === stop ? 0 : -1;
  }

  /** @param {[string, string][]} formats */
  setFormats(formats) {
    this._menu.replaceChildren(
      ...formats.map(([name, text]) => {
        const item = document.createElement("button");
        item.type = "button";
        item.setAttribute("role", "menuitem");
        const strong = document.createElement("b");
        strong.textContent = name.toUpperCase();
        item.append(strong, ` ${text}`);
        item.addEventListener("click", () => {
          this._closeMenu();
          this._actions.save(name);
        });
        return item;
      }),
    );
  }

  _openMenu() {
    if (!this._menu.hidden) return this._closeMenu();
    this._menu.hidden = false;
    /** @type {HTMLElement | null} */ (this._menu.querySelector("button"))?.focus();
    const close = (/** @type {Event} */ event) => {
      const inside = this._menu.parentElement?.contains(/** @type {Node} */ (event.target));
      const escape = event instanceof KeyboardEvent && event.key === "Escape";
      if (event instanceof KeyboardEvent ? !escape : inside) return;
      this._closeMenu();
      if (escape) this._buttons.save.focus();
    };
    this._stopClosing = new AbortController();
    for (const type of ["pointerdown", "keydown"]) {
      document.addEventListener(type, close, { capture: true, signal: this._stopClosing.signal });
    }
  }

  _closeMenu() {
    this._menu.hidden = true;
    this._stopClosing?.abort();
  }

  /** @param {string} mode "pan", "zoom" or nothing */
  setMode(mode) {
    for (const name of ["pan", "zoom"]) {
      this._buttons[name].setAttribute("aria-pressed", String(name === mode));
    }
  }

  /**
   * @param {boolean} back
   * @param {boolean} forward
   */
  setHistory(back, forward) {
    this._buttons.back.disabled = !back;
    this._buttons.forward.disabled = !forward;
    if (Object.values(this._buttons).some((button) => button.disabled && button.tabIndex === 0)) {
      this._stopAt(this._buttons.home);
    }
  }

  /** @param {string} text */
  setMessage(text) {
    this._status.textContent = text;
  }
}
