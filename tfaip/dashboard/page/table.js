// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The first view: all runs as a table to sort, filter, search and choose from.
import { allColumns, comparison, usualColumns } from "./columns.js";
import { debounced, download, fill, h, icon, popover } from "./dom.js";
import { parameter, toCsv } from "./format.js";
import { link, read, replaceQuery } from "./location.js";
import { matches, parse } from "./query.js";
import { isActive, STATES, swatch } from "./runparts.js";
import { store, subscribe } from "./store.js";

const MOST_COMPARED = 20;
const CLOCK_MS = 5000;
const chosen = new Set();

/** Shows the table; returns how to end it. */
export function showTable(view) {
  const table = new RunTable(view);
  const end = subscribe((change) => table.update(change));
  const clock = setInterval(() => table.tick(), CLOCK_MS);
  return () => {
    end();
    clearInterval(clock);
    document.removeEventListener("keydown", table.onKey);
  };
}

class RunTable {
  constructor(view) {
    const { query } = read();
    this.sort = query.get("sort") ?? "-created";
    this.state = query.get("state") ?? "";
    this.search = query.get("q") ?? "";
    this.columnKeys = query.get("columns")?.split(",") ?? null;
    this.rows = new Map();
    this.build(view);
    this.render();
  }

  build(view) {
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "States" });
    this.input = h("input", {
      type: "search", class: "search", placeholder: "Search: words, optimizer=Adam, val_acc>0.9, tag:paper", value: this.search,
      "aria-label": "Search runs", spellcheck: "false", oninput: debounced(() => this.setSearch(this.input.value), 120),
    });
    this.head = h("tr");
    this.body = h("tbody");
    this.allBox = h("input", { type: "checkbox", "aria-label": "Choose all shown runs", onchange: () => this.chooseAll() });
    this.table = h("table", { class: "runs" }, h("thead", {}, this.head), this.body);
    this.empty = h("div", { class: "empty" });
    this.bar = h("div", { class: "selection", hidden: true });
    fill(
      view,
      h("div", { class: "toolbar" }, this.chips, h("span", { class: "spring" }), this.input,
        popover([icon("M4 5h16M4 12h16M4 19h16"), "Columns"], () => this.columnPanel()),
        popover([icon("M12 4v11m-5-5 5 5 5-5M5 20h14"), "Export"], (close) => this.exportPanel(close))),
      h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Runs" }, this.table),
      this.empty,
      this.bar,
    );
    this.onKey = (event) => {
      if (event.key !== "/" || /input|textarea|select/i.test(event.target.tagName)) return;
      event.preventDefault();
      this.input.focus();
    };
    document.addEventListener("keydown", this.onKey);
  }

  setSearch(text) {
    this.search = text.trim();
    replaceQuery({ q: this.search });
    this.render();
  }

  /** Returns the runs that are shown, in order. */
  shown() {
    const conditions = parse(this.search);
    const column = this.columns.find((item) => item.key === this.sort.replace(/^-/, "")) ?? this.columns[0];
    return [...store.runs.values()]
      .filter((run) => !this.state || run.state === this.state)
      .filter((run) => matches(run, store.parameters.values[run.id] ?? {}, conditions))
      .sort(comparison(column, this.sort.startsWith("-")));
  }

  update({ changed, gone }) {
    for (const id of gone) chosen.delete(id);
    for (const id of [...changed, ...gone]) this.rows.get(id)?.remove();
    for (const id of [...changed, ...gone]) this.rows.delete(id);
    this.render();
    for (const id of changed) this.rows.get(id)?.classList.add("changed");
  }

  /** Brings what depends on the time up to date. */
  tick() {
    for (const run of store.runs.values()) {
      if (isActive(run) && this.rows.has(run.id) && !this.rows.get(run.id).contains(document.activeElement)) this.renderCells(run);
    }
  }

  render() {
    this.columns = allColumns();
    const usual = usualColumns(this.columns);
    const keys = this.columnKeys ?? usual;
    this.visible = ["name", ...keys.filter((key) => key !== "name")]
      .map((key) => this.columns.find((column) => column.key === key))
      .filter(Boolean);
    const layout = this.visible.map((column) => `${column.key}=${column.label}`).join(" ");
    if (layout !== this.layout) this.rows.clear();
    this.layout = layout;
    this.renderChips();
    this.renderHead();
    const runs = this.shown();
    const rows = runs.map((run) => this.row(run));
    if (rows.length !== this.body.children.length || rows.some((row, i) => row !== this.body.children[i])) {
      this.body.replaceChildren(...rows);
    }
    this.renderEmpty(runs.length);
    this.renderSelection(runs);
  }

  renderChips() {
    const counts = new Map();
    for (const run of store.runs.values()) counts.set(run.state, (counts.get(run.state) ?? 0) + 1);
    const states = STATES.filter((state) => counts.has(state) || state === this.state);
    fill(this.chips, this.chip("", "all", store.runs.size), states.map((state) => this.chip(state, state, counts.get(state) ?? 0)));
  }

  chip(state, label, count) {
    const onclick = () => {
      this.state = state;
      replaceQuery({ state });
      this.render();
    };
    const pressed = this.state === state;
    return h("button", { type: "button", class: `chip ${state}`, "aria-pressed": String(pressed), onclick },
      state ? h("i") : null, label, h("b", {}, count));
  }

  renderHead() {
    const cells = this.visible.map((column) => {
      const isSorted = this.sort.replace(/^-/, "") === column.key;
      const isDescending = this.sort.startsWith("-");
      const onclick = () => {
        const first = column.isNumber || column.key === "created" ? "-" : "";
        this.sort = isSorted ? (isDescending ? column.key : `-${column.key}`) : `${first}${column.key}`;
        replaceQuery({ sort: this.sort });
        this.render();
      };
      const order = isSorted ? (isDescending ? "descending" : "ascending") : "none";
      return h("th", { scope: "col", "aria-sort": order, class: this.classOf(column), title: column.title },
        h("button", { type: "button", onclick }, column.label, h("span", { class: "arrow" }, isSorted ? (isDescending ? "↓" : "↑") : "")));
    });
    fill(this.head, h("th", { class: "choice" }, this.allBox), cells);
  }

  classOf(column) {
    return `c-${column.key.split(".")[0]}${column.isNumber ? " number" : ""}`;
  }

  row(run) {
    if (!this.rows.has(run.id)) {
      const row = h("tr", { "data-id": run.id, onclick: (event) => this.onRow(event, run.id) });
      this.rows.set(run.id, row);
      this.renderCells(run);
    }
    return this.rows.get(run.id);
  }

  renderCells(run) {
    const row = this.rows.get(run.id);
    const box = h("input", {
      type: "checkbox", checked: chosen.has(run.id), "aria-label": `Choose ${run.name}`,
      onchange: (event) => this.choose([run.id], event.target.checked),
    });
    fill(row, h("td", { class: "choice" }, h("label", {}, box)),
      this.visible.map((column) => h("td", { class: this.classOf(column) }, column.cell(run))));
    row.className = `${run.state}${chosen.has(run.id) ? " chosen" : ""}`;
  }

  onRow(event, id) {
    if (event.target.closest("a, input, label, button") || String(getSelection())) return;
    location.hash = link(["run", id]);
  }

  choose(ids, isChosen) {
    for (const id of ids) {
      if (isChosen) chosen.add(id);
      else chosen.delete(id);
      if (this.rows.has(id)) this.renderCells(store.runs.get(id));
    }
    this.renderSelection(this.shown());
  }

  chooseAll() {
    this.choose(this.shown().map((run) => run.id), this.allBox.checked);
  }

  renderEmpty(count) {
    this.table.hidden = count === 0;
    if (count) fill(this.empty);
    else if (!store.loaded) fill(this.empty, h("p", {}, "Looking for runs …"));
    else if (store.runs.size) fill(this.empty, h("p", {}, "No run fits the search."));
    else {
      fill(this.empty, h("p", {}, "There are no runs yet."),
        h("p", {}, "A training that writes to one of these folders appears here by itself:"),
        h("ul", {}, store.folders.map((folder) => h("li", {}, h("code", {}, folder)))));
    }
  }

  renderSelection(runs) {
    const ids = [...chosen];
    this.allBox.checked = runs.length > 0 && runs.every((run) => chosen.has(run.id));
    this.allBox.indeterminate = !this.allBox.checked && runs.some((run) => chosen.has(run.id));
    this.bar.hidden = !ids.length;
    document.body.classList.toggle("choosing", ids.length > 0);
    if (!ids.length) return;
    const compared = ids.slice(0, MOST_COMPARED);
    fill(this.bar,
      h("span", { class: "swatches" }, compared.slice(0, 10).map((_, i) => swatch(i))),
      h("span", {}, `${ids.length} chosen`),
      h("span", { class: "spring" }),
      h("button", { type: "button", onclick: () => this.choose(ids, false) }, "Clear"),
      h("a", { class: "button main", href: link(["compare", compared.join(",")]) },
        ids.length > MOST_COMPARED ? `Compare the first ${MOST_COMPARED}` : ids.length === 1 ? "Curves" : "Compare"));
  }

  columnPanel() {
    const groups = new Map();
    for (const column of this.columns) {
      if (!column.always) groups.set(column.group, [...(groups.get(column.group) ?? []), column]);
    }
    const filter = h("input", { type: "search", placeholder: "Find a column", "aria-label": "Find a column" });
    const list = h("div", { class: "list" });
    const renderList = () => {
      const word = filter.value.toLowerCase();
      const fits = (column) => `${column.label} ${column.title ?? ""}`.toLowerCase().includes(word);
      fill(list, [...groups].map(([group, columns]) => {
        const found = columns.filter(fits);
        return found.length ? [h("h3", {}, group), found.map((column) => this.columnBox(column))] : null;
      }));
    };
    filter.addEventListener("input", renderList);
    renderList();
    const reset = h("button", { type: "button", onclick: () => { this.setColumns(null); renderList(); } }, "As usual");
    return [filter, list, reset];
  }

  columnBox(column) {
    const shown = this.visible.includes(column);
    const onchange = (event) => {
      const keys = this.visible.map((item) => item.key).filter((key) => key !== column.key);
      this.setColumns(event.target.checked ? [...keys, column.key] : keys);
    };
    const box = h("input", { type: "checkbox", checked: this.visible.some((item) => item.key === column.key) || shown, onchange });
    return h("label", { title: column.title }, box, column.title && column.key.startsWith("p.") ? column.title : column.label);
  }

  setColumns(keys) {
    this.columnKeys = keys;
    replaceQuery({ columns: keys?.join(",") });
    this.render();
  }

  exportPanel(close) {
    const write = (name, text, type) => {
      download(name, text, type);
      close();
    };
    const csv = () => write("runs.csv", toCsv(this.exported()), "text/csv");
    const json = () => {
      const runs = this.shown().map((run) => ({ ...run, parameters: store.parameters.values[run.id] ?? {} }));
      write("runs.json", JSON.stringify(runs, (_, value) => (Number.isFinite(value) || typeof value !== "number" ? value : String(value)), 1), "application/json");
    };
    return [
      h("p", {}, "The runs that are shown, in their order:"),
      h("button", { type: "button", onclick: csv }, "Columns as CSV"),
      h("button", { type: "button", onclick: json }, "All values as JSON"),
    ];
  }

  exported() {
    const runs = this.shown();
    const value = (column, run) => {
      const content = column.text ? column.text(run) : column.value(run);
      return typeof content === "object" || typeof content === "boolean" ? (content === null ? "" : parameter(content)) : content;
    };
    const names = this.visible.map((column) => (column.key.startsWith("p.") ? column.title : column.label));
    return [[...names, "path"], ...runs.map((run) => [...this.visible.map((column) => value(column, run)), run.path])];
  }
}
