// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The code that a run was made with: files, changes since the commit, packages.
import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { bytes } from "./format.js";
import { read, replaceQuery } from "./location.js";

const CHANGES = "\nchanges";
const PACKAGES = "\npackages";

export class CodeView {
  constructor(id, loadDetails) {
    this.id = id;
    this.loadDetails = loadDetails;
    this.list = h("nav", { class: "files", "aria-label": "Files" });
    this.text = h("div", { class: "file" });
    this.element = h("section", { class: "code" }, this.list, this.text);
    this.chosen = read().query.get("file");
  }

  async load() {
    const { snapshots } = await this.loadDetails();
    const state = JSON.stringify(snapshots);
    if (state === this.state) return;
    this.state = state;
    if (!snapshots.length) {
      fill(this.element, h("p", { class: "empty" }, "No code was stored with this run."));
      return;
    }
    fill(this.element, this.list, this.text);
    this.snapshots = snapshots;
    this.snapshot = snapshots[snapshots.length - 1];
    this.renderList();
    const paths = this.snapshot.files.map((file) => file.path);
    const first = this.snapshot.has_patch ? CHANGES : paths[0] ?? PACKAGES;
    this.open(paths.includes(this.chosen) ? this.chosen : first);
  }

  renderList() {
    const { files, left_out: leftOut, has_patch: hasPatch, packages, root } = this.snapshot;
    const select = this.snapshots.length > 1
      ? h("select", { "aria-label": "Session", onchange: (event) => this.choose(event.target.value) },
        this.snapshots.map((item, i) => h("option", { value: item.name, selected: item === this.snapshot }, `session ${i + 1}`)))
      : null;
    const entry = (key, label, note) => h("button", { type: "button", "data-key": key, title: label, onclick: () => this.open(key) }, h("span", {}, label), note ? h("small", {}, note) : null);
    let folder = null;
    const rows = files.flatMap(({ path, size }) => {
      const at = path.lastIndexOf("/") + 1;
      const head = path.slice(0, at) === folder ? [] : [h("h3", { title: path.slice(0, at) }, path.slice(0, at) || root || "./")];
      folder = path.slice(0, at);
      return [...head, entry(path, path.slice(at), bytes(size))];
    });
    const count = Object.keys(packages).length;
    fill(this.list, select, hasPatch ? entry(CHANGES, "Changes since the commit") : null, count ? entry(PACKAGES, "Packages", String(count)) : null, rows,
      leftOut.length ? h("details", {}, h("summary", {}, `${leftOut.length} left out`), leftOut.map(({ path, reason }) => h("p", { title: path }, path, h("small", {}, reason)))) : null);
  }

  choose(name) {
    this.snapshot = this.snapshots.find((item) => item.name === name);
    this.renderList();
    this.open(this.snapshot.has_patch ? CHANGES : this.snapshot.files[0]?.path ?? PACKAGES);
  }

  async open(key) {
    this.opened = key;
    for (const button of this.list.querySelectorAll("button")) button.setAttribute("aria-current", String(button.dataset.key === key));
    replaceQuery({ file: key.startsWith("\n") ? null : key });
    if (key === PACKAGES) {
      fill(this.text, h("h2", {}, "Packages"), h("table", { class: "grid" }, h("tbody", {},
        Object.entries(this.snapshot.packages).map(([name, version]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, version))))));
      return;
    }
    try {
      const path = key === CHANGES ? "patch" : "code";
      const answer = await get(`runs/${this.id}/${path}`, { of: this.snapshot.name, path: key === CHANGES ? null : key });
      if (this.opened === key) this.show(key, answer);
    } catch (error) {
      fill(this.text, h("p", { class: "empty" }, error.message));
    }
  }

  show(key, { text, is_cut: isCut }) {
    const lines = text === null ? null : text.replace(/\n$/, "").split("\n");
    const body = lines === null ? h("p", { class: "empty" }, "This is no text.")
      : h("pre", { class: key === CHANGES ? "diff" : "source" }, lines.map((line) => h("span", { class: key === CHANGES ? kindOf(line) : "" }, `${line}\n`)));
    fill(this.text, h("h2", {}, key === CHANGES ? "Changes since the commit" : key), body, isCut ? h("p", { class: "hint" }, "The rest is not shown.") : null);
  }
}

function kindOf(line) {
  if (/^(diff|index|new file|deleted file|rename|similarity|\+\+\+|---)/.test(line)) return "head";
  if (line.startsWith("@@")) return "place";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "";
}
