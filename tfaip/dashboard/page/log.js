// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The end of the log, which follows it while it grows.
import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { bytes } from "./format.js";

const MOST_LINES = 5000;
// what terminals obey, such as colours
// eslint-disable-next-line no-control-regex
const CONTROLS = /\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]/g;
const LEVEL = /^\W*(?:\S+\s+){0,4}?(DEBUG|WARNING|ERROR|CRITICAL)\b/;

export class LogView {
  constructor(id) {
    this.id = id;
    this.end = null;
    this.rest = "";
    this.count = h("span");
    this.find = h("input", { type: "search", placeholder: "Find in the log", "aria-label": "Find in the log", oninput: () => this.filter() });
    this.follow = h("input", { type: "checkbox", checked: true, onchange: () => this.scroll() });
    this.lines = h("pre", { class: "log", tabindex: "0", onscroll: () => this.onScroll() });
    this.element = h("section", {},
      h("div", { class: "toolbar" }, this.count, h("span", { class: "spring" }), h("label", { class: "check" }, this.follow, "Follow"), this.find), this.lines);
  }

  async load() {
    if (this.pending) return;
    this.pending = true;
    try {
      let part = null;
      do {
        part = await get(`runs/${this.id}/log`, { start: this.end });
        if (this.end === null && part.start > 0) this.isCut = true;
        if (this.end !== null && part.size < this.end) {
          // another file: from the beginning
          this.end = null;
          fill(this.lines);
          continue;
        }
        this.add(part.text);
        this.size = part.size;
        this.end = part.end;
      } while (this.end === null || (this.end < part.size && part.text));
    } catch (error) {
      this.count.textContent = error.message;
      return;
    } finally {
      this.pending = false;
    }
    this.count.textContent = this.size ? `train.log, ${bytes(this.size)}${this.isCut ? ", its end" : ""}` : "There is no log.";
    this.lines.hidden = !this.size;
  }

  add(text) {
    const lines = (this.rest + text).split("\n");
    this.last?.remove();
    this.rest = lines.pop();
    for (const line of lines) this.lines.append(this.line(line));
    this.last = this.rest ? this.line(this.rest) : null;
    if (this.last) this.lines.append(this.last);
    while (this.lines.children.length > MOST_LINES) {
      this.lines.firstChild.remove();
      this.isCut = true;
    }
    if (lines.length) this.scroll();
  }

  line(text) {
    const plain = text.replace(CONTROLS, "");
    const level = LEVEL.exec(plain)?.[1];
    const element = h("span", { class: level ? level.toLowerCase() : /^(Traceback|\w*Error:)/.test(plain) ? "error" : "" }, `${plain}\n`);
    element.hidden = !this.fits(plain);
    return element;
  }

  fits(text) {
    const word = this.find.value.toLowerCase();
    return !word || text.toLowerCase().includes(word);
  }

  filter() {
    for (const line of this.lines.children) line.hidden = !this.fits(line.textContent);
    this.scroll();
  }

  scroll() {
    if (!this.follow.checked) return;
    requestAnimationFrame(() => {
      this.lines.scrollTop = this.lines.scrollHeight;
    });
  }

  onScroll() {
    const isAtEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 24;
    this.follow.checked = isAtEnd;
  }
}
