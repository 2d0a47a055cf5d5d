// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The columns of the table of runs.
import { duration, fullTime, number, parameter, shortNames, time } from "./format.js";
import { h } from "./dom.js";
import { isActive, primaryValue, progressBar, STATES, stateBadge } from "./runparts.js";
import { link } from "./location.js";
import { now, primary, store } from "./store.js";

const MOST_PARAMETERS = 4;

/** Returns all columns there are: {key, label, group, value(run) to sort and export, cell(run) to show}. */
export function allColumns() {
  const metrics = new Set();
  for (const run of store.runs.values()) for (const name of Object.keys(run.last)) metrics.add(name);
  const short = shortNames(store.parameters.names);
  return [
    ...generalColumns(),
    ...[...metrics].sort().map((name) => ({
      key: `m.${name}`, label: name, title: `${name}, the last value`, group: "Last values", isNumber: true,
      value: (run) => run.last[name] ?? null, cell: (run) => number(run.last[name] ?? null),
    })),
    ...store.parameters.names.map((name) => ({
      key: `p.${name}`, label: short.get(name), title: name, group: "Parameters that differ",
      value: (run) => store.parameters.values[run.id]?.[name] ?? null,
      cell: (run) => parameter(store.parameters.values[run.id]?.[name]),
    })),
  ];
}

function generalColumns() {
  return [
    { key: "name", label: "run", group: "Run", value: (run) => run.name, cell: nameCell, always: true },
    { key: "state", label: "state", group: "Run", value: (run) => STATES.indexOf(run.state), text: (run) => run.state, cell: stateBadge },
    { key: "progress", label: "progress", group: "Run", value: (run) => run.progress, cell: progressBar },
    { key: "best", label: "best", title: "The value that tells the best model", group: "Run", isNumber: true,
      value: (run) => primary(run)?.value ?? null, cell: (run) => primaryValue(primary(run)) },
    { key: "epoch", label: "epoch", group: "Run", isNumber: true, value: (run) => run.epoch,
      cell: (run) => (run.epochs ? `${run.epoch} / ${run.epochs}` : "") },
    { key: "left", label: "time left", group: "Run", isNumber: true, value: (run) => (isActive(run) ? run.eta : null),
      cell: (run) => (isActive(run) ? duration(run.eta) : "") },
    { key: "took", label: "took", group: "Run", isNumber: true, value: (run) => run.took, cell: (run) => duration(run.took) },
    { key: "created", label: "started", group: "Run", isNumber: true, value: (run) => run.created,
      cell: (run) => h("span", { title: fullTime(run.created) }, time(run.created)) },
    { key: "seen", label: "last heard of", group: "Run", isNumber: true, value: (run) => run.t,
      cell: (run) => (run.t ? `${duration(now() - run.t)} ago` : "") },
    { key: "scenario", label: "scenario", group: "Run", value: (run) => run.scenario, cell: (run) => run.scenario.split(":").pop() },
    { key: "folder", label: "folder", group: "Run", value: (run) => run.folder, cell: (run) => run.folder },
    { key: "host", label: "host", group: "Run", value: (run) => run.host, cell: (run) => run.host },
    { key: "tags", label: "tags", group: "Run", value: (run) => run.tags.join(" "), cell: tagsCell },
    { key: "note", label: "note", group: "Run", value: (run) => run.note, cell: (run) => run.note },
  ];
}

function nameCell(run) {
  return h(
    "span", { class: "name" },
    h("a", { href: link(["run", run.id]), title: run.path }, run.name),
    run.error && run.state !== "stopped" ? h("small", { class: "error", title: run.error }, run.error) : h("small", {}, run.folder),
  );
}

function tagsCell(run) {
  return run.tags.map((tag) => h("span", { class: "tag" }, tag));
}

/** Returns the keys of the columns that are shown unless others are chosen. */
export function usualColumns(columns) {
  const parameters = tellingApart(columns.filter((column) => column.key.startsWith("p.")));
  const runs = [...store.runs.values()];
  const general = ["name", "state", "progress", "best", "created"];
  if (runs.some((run) => run.tags.length)) general.push("tags");
  if (new Set(runs.map((run) => run.scenario)).size > 1) general.push("scenario");
  return [...general, ...parameters.slice(0, MOST_PARAMETERS).map((column) => column.key)];
}

/** Returns the columns without seeds, and without those that say the same as another one. */
function tellingApart(columns) {
  const known = new Set();
  return columns.filter((column) => {
    const text = JSON.stringify([...store.runs.values()].map(column.value));
    const isNew = !known.has(text) && !/seed/.test(column.key);
    known.add(text);
    return isNew;
  });
}

/** Returns how two runs are ordered by a column; what has no value is always last. */
export function comparison(column, isDescending) {
  return (a, b) => {
    const x = column.value(a);
    const y = column.value(b);
    const none = Number(isNone(x)) - Number(isNone(y));
    if (none || isNone(x)) return none || a.name.localeCompare(b.name, undefined, { numeric: true });
    const order = typeof x === "number" && typeof y === "number" ? x - y : compareTexts(x, y);
    return (isDescending ? -order : order) || a.name.localeCompare(b.name, undefined, { numeric: true });
  };
}

function compareTexts(x, y) {
  return parameter(x).localeCompare(parameter(y), undefined, { numeric: true });
}

function isNone(value) {
  return value === null || value === undefined || value === "" || Number.isNaN(value);
}
