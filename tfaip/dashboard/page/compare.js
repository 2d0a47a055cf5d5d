// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// Some runs side by side: curves, parameters that differ, values, images.
import { get } from "./api.js";
import { Curves } from "./curves.js";
import { fill, h } from "./dom.js";
import { number, parameter } from "./format.js";
import { ImageBoard } from "./images.js";
import { link, read, replaceQuery } from "./location.js";
import { colourName, primaryValue, progressBar, stateBadge, swatch } from "./runparts.js";
import { primary, store, subscribe } from "./store.js";
import { tabs } from "./tabs.js";

const TABS = { curves: "Curves", parameters: "Parameters", values: "Values", images: "Images" };

/** Shows the comparison of the runs with these ids; returns how to end it. */
export function showComparison(view, ids) {
  const known = ids.filter((id) => store.runs.has(id));
  if (!known.length) {
    fill(view, h("div", { class: "empty" }, h("p", {}, "None of these runs is there any more."), h("a", { href: "#/" }, "All runs")));
    return () => {};
  }
  const comparison = new Comparison(view, known);
  const end = subscribe((change) => comparison.update(change));
  return () => {
    end();
    comparison.destroy();
  };
}

class Comparison {
  constructor(view, ids) {
    this.ids = ids;
    this.hidden = new Set((read().query.get("hide") ?? "").split(",").filter((id) => ids.includes(id)));
    this.legend = h("aside", { class: "legend", "aria-label": "Runs" });
    this.content = h("div", { class: "content" });
    this.tabs = tabs(TABS, read().query.get("tab") ?? "curves", (tab) => this.show(tab));
    fill(view, h("div", { class: "compare" }, this.legend, h("div", { class: "side" }, this.tabs.element, this.content)));
    this.renderLegend();
    this.show(this.tabs.current);
  }

  show(tab) {
    this.part?.destroy?.();
    this.part = this[tab]();
    fill(this.content, this.part.element);
    this.part.load?.();
  }

  update({ changed }) {
    const ours = changed.filter((id) => this.ids.includes(id));
    if (!ours.length) return;
    this.renderLegend();
    this.part.load?.(ours);
  }

  renderLegend() {
    const rows = this.ids.map((id, i) => {
      const run = store.runs.get(id);
      if (!run) return null;
      const toggle = () => {
        if (this.hidden.has(id)) this.hidden.delete(id);
        else this.hidden.add(id);
        replaceQuery({ hide: [...this.hidden].join(",") });
        this.renderLegend();
        this.part.draw?.();
      };
      const isShown = !this.hidden.has(id);
      const box = h("button", { type: "button", class: "toggle", "aria-pressed": String(isShown), "aria-label": `Show ${run.name}`, onclick: toggle }, swatch(i));
      return h("li", { class: isShown ? "" : "off" }, box, h("a", { href: link(["run", id]) }, run.name), stateBadge(run),
        primaryValue(primary(run)), run.progress !== null && run.state === "running" ? progressBar(run) : null);
    });
    fill(this.legend, h("h2", {}, `${this.ids.length} ${this.ids.length === 1 ? "run" : "runs"}`), h("ul", {}, rows),
      h("p", { class: "dashes" }, h("span", { class: "dash train" }), "train ", h("span", { class: "dash val" }), "validation ", h("span", { class: "dash lav" }), "lists"));
  }

  curves() {
    return new Curves(this.ids.map((id, i) => ({ id, colour: i })), { hidden: this.hidden });
  }

  images() {
    return new ImageBoard(this.ids.map((id, i) => ({ id, colour: i })), { hidden: this.hidden });
  }

  parameters() {
    const element = h("section", {}, h("p", { class: "empty" }, "Loading parameters …"));
    let isAll = false;
    let values = null;
    const draw = () => {
      if (!values) return;
      const names = [...new Set(values.flatMap((item) => Object.keys(item)))].sort();
      const differing = names.filter((name) => new Set(values.map((item) => JSON.stringify(item[name]))).size > 1);
      const box = h("input", { type: "checkbox", checked: isAll, onchange: () => { isAll = box.checked; draw(); } });
      fill(element,
        h("div", { class: "toolbar" }, h("span", {}, `${differing.length} of ${names.length} parameters differ`), h("span", { class: "spring" }),
          h("label", { class: "check" }, box, "Show all")),
        differing.length || isAll ? this.grid(isAll ? names : differing, (name, i) => values[i][name], parameter, differing)
          : h("p", { class: "empty" }, this.ids.length > 1 ? "All parameters are the same." : "Choose a second run to see what differs."));
    };
    const load = async () => {
      if (values) return;
      const answers = await Promise.all(this.ids.map((id) => get(`runs/${id}`).catch(() => ({ parameters: {} }))));
      values = answers.map((answer) => answer.parameters);
      draw();
    };
    return { element, load, draw };
  }

  values() {
    const element = h("section");
    const draw = () => {
      const names = [...new Set(this.ids.flatMap((id) => Object.keys(store.runs.get(id)?.last ?? {})))].sort();
      const value = (name, i) => store.runs.get(this.ids[i])?.last[name];
      fill(element, names.length ? this.grid(names, value, (x) => number(x ?? null), []) : h("p", { class: "empty" }, "There are no values yet."));
    };
    return { element, load: draw, draw };
  }

  grid(names, value, format, marked) {
    const shown = this.ids.map((id, i) => [id, i]).filter(([id]) => !this.hidden.has(id) && store.runs.has(id));
    const head = shown.map(([id, i]) => h("th", { scope: "col", style: { "--run": `var(${colourName(i)})` } }, h("a", { href: link(["run", id]) }, store.runs.get(id).name)));
    const rows = names.map((name) => {
      const texts = shown.map(([, i]) => format(value(name, i)));
      const base = texts[0];
      return h("tr", { class: marked.includes(name) ? "differs" : "" }, h("th", { scope: "row", title: name }, name),
        texts.map((text, i) => h("td", { class: i && text !== base ? "other" : "", title: text }, text || "–")));
    });
    return h("div", { class: "scroll" }, h("table", { class: "grid" }, h("thead", {}, h("tr", {}, h("th"), head)), h("tbody", {}, rows)));
  }

  destroy() {
    this.part?.destroy?.();
  }
}
