// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The curves of one or several runs: a chart for each value, with common settings.
import { Chart } from "./chart.js";
import { debounced, download, fill, h, icon } from "./dom.js";
import { toCsv } from "./format.js";
import { read, replaceQuery } from "./location.js";
import { primary, store } from "./store.js";
import { RunSeries, splitOrder } from "./series.js";
import { full } from "./names.js";

const AXES = { step: "Step", epoch: "Epoch", time: "Time" };

/** The charts of some runs. */
export class Curves {
  /**
   * @param {Array} runs {id, colour} each.
   * @param {object} choices {hidden: Set of ids that are not drawn}.
   */
  constructor(runs, choices = { hidden: new Set() }) {
    const { query } = read();
    this.runs = runs;
    this.choices = choices;
    this.settings = {
      x: query.get("x") in AXES ? query.get("x") : "step",
      smooth: Math.min(0.99, Math.max(0, Number(query.get("smooth")) || 0)),
      log: query.get("log") === "1",
    };
    this.find = query.get("find") ?? "";
    this.series = new Map(runs.map(({ id }) => [id, new RunSeries(id)]));
    this.charts = new Map();
    this.grid = h("div", { class: "charts" });
    this.message = h("p", { class: "empty" }, "Loading values …");
    this.element = h("section", { class: "curves" }, this.controls(), this.message, this.grid);
    this.onTheme = () => this.charts.forEach((chart) => chart.recolour());
    document.addEventListener("themechange", this.onTheme);
  }

  controls() {
    const axes = Object.entries(AXES).map(([key, label]) => {
      const box = h("input", { type: "radio", name: "x", value: key, checked: this.settings.x === key, onchange: () => this.set({ x: key }) });
      return h("label", {}, box, h("span", {}, label));
    });
    const shown = h("output", {}, this.settings.smooth.toFixed(2));
    const smooth = h("input", {
      type: "range", min: 0, max: 0.99, step: 0.01, value: this.settings.smooth, "aria-label": "Smoothing",
      oninput: () => {
        shown.value = Number(smooth.value).toFixed(2);
        later();
      },
    });
    const later = debounced(() => this.set({ smooth: Number(smooth.value) }), 40);
    const log = h("input", { type: "checkbox", checked: this.settings.log, onchange: () => this.set({ log: log.checked }) });
    const find = h("input", { type: "search", placeholder: "Find a value", value: this.find, "aria-label": "Find a value",
      oninput: () => this.setFind(find.value) });
    return h("div", { class: "toolbar controls" },
      h("fieldset", { class: "segments" }, h("legend", {}, "Axis"), axes),
      h("label", { class: "slider" }, "Smoothing", smooth, shown),
      h("label", { class: "check" }, log, "Log scale"),
      h("span", { class: "spring" }), find,
      h("button", { type: "button", onclick: () => this.export(), title: "All values as CSV" }, icon("M12 4v11m-5-5 5 5 5-5M5 20h14"), "CSV"));
  }

  set(change) {
    Object.assign(this.settings, change);
    const { x, smooth, log } = this.settings;
    replaceQuery({ x: x === "step" ? null : x, smooth: smooth || null, log: log || null });
    this.draw();
  }

  setFind(text) {
    this.find = text.trim();
    replaceQuery({ find: this.find });
    this.draw();
  }

  /** Loads what is new of all runs, or of those given, and draws it. */
  async load(ids = this.runs.map((run) => run.id)) {
    const loads = ids.filter((id) => this.series.has(id)).map((id) => this.series.get(id).load());
    const results = await Promise.allSettled(loads);
    const failed = results.find((result) => result.status === "rejected");
    if (failed && !this.charts.size) this.message.textContent = failed.reason.message;
    if (results.some((result) => result.value)) this.draw();
    else if (!this.charts.size && !failed) this.draw();
  }

  names() {
    const names = new Set([...this.series.values()].flatMap((series) => series.names()));
    const first = new Set(this.runs.map(({ id }) => primary(store.runs.get(id) ?? { last: {} })?.name).filter(Boolean).map(shortName));
    const rank = (name) => (first.has(name) ? 0 : name === "loss" ? 1 : name.endsWith("/mean_epoch") ? 3 : 2);
    return [...names].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b)).filter((name) => fits(name, this.find));
  }

  draw() {
    const names = this.names();
    this.message.hidden = names.length > 0;
    if (!names.length) this.message.textContent = this.find ? "No value has such a name." : "There are no values yet.";
    for (const [name, chart] of this.charts) {
      if (names.includes(name)) continue;
      chart.destroy();
      this.charts.delete(name);
    }
    for (const name of names) if (!this.charts.has(name)) this.charts.set(name, this.chart(name));
    const elements = names.map((name) => this.charts.get(name).element);
    if (elements.some((element, i) => element !== this.grid.children[i]) || elements.length !== this.grid.children.length) fill(this.grid, elements);
    for (const name of names) this.charts.get(name).draw(this.lines(name), this.settings);
  }

  chart(name) {
    const chart = new Chart(name, { key: "curves" });
    chart.onVisible = () => chart.draw(this.lines(name), this.settings);
    return chart;
  }

  lines(name) {
    const isOne = this.runs.length === 1;
    return this.runs.filter(({ id }) => !this.choices.hidden.has(id)).flatMap(({ id, colour }) => {
      const run = store.runs.get(id);
      return this.series.get(id).of(name).map((curve) => ({
        run: id,
        colour: isOne ? splitOrder(curve.split) : colour,
        label: isOne ? full(curve.split, curve.name) : `${run?.name ?? id} · ${curve.split}`,
        curve,
        isOwn: isOne,
        isSecond: !isOne && curve.split === "train",
        start: run?.created || curve.t[0],
      }));
    });
  }

  export() {
    const rows = [["run", "path", "name", "split", "level", "step", "epoch", "time", "value"]];
    for (const [id, series] of this.series) {
      const run = store.runs.get(id);
      for (const curve of series.curves.values()) {
        curve.v.forEach((value, i) =>
          rows.push([run?.name ?? id, run?.path ?? "", curve.name, curve.split, curve.level, curve.step[i], curve.epoch[i], curve.t[i], value]));
      }
    }
    download("values.csv", toCsv(rows), "text/csv");
  }

  destroy() {
    document.removeEventListener("themechange", this.onTheme);
    this.charts.forEach((chart) => chart.destroy());
  }
}

function shortName(name) {
  return name.replace(/^val_|^lav_l\d+_/, "");
}

function fits(name, words) {
  return words.toLowerCase().split(/\s+/).every((word) => name.toLowerCase().includes(word));
}
