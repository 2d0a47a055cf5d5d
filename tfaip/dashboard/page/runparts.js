// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// What several views show of a run.
import { duration, number } from "./format.js";
import { h } from "./dom.js";
import { now } from "./store.js";

export const STATES = ["running", "starting", "queued", "finished", "stopped", "failed", "dead", "stale", "unknown"];

const MEANINGS = {
  running: "It trains now",
  starting: "It has begun and does not train yet",
  queued: "It waits for its turn",
  finished: "It has come to its end",
  stopped: "It was asked to end before its end",
  failed: "It ended with an error",
  dead: "It says that it runs, but its process is gone: it was killed",
  stale: "It says that it runs on another machine, but has not been heard of for a while",
  unknown: "It has no record: it was made by an older version, or elsewhere",
};

/** Whether a run is at work, as far as is known. */
export function isActive(run) {
  return run.state === "running" || run.state === "starting";
}

/** Returns the state of a run, with what it is doing. */
export function stateBadge(run) {
  const phase = run.state === "running" && run.phase !== "training" ? run.phase : "";
  return h("span", { class: `state ${run.state}`, title: MEANINGS[run.state] }, h("i"), run.state, phase ? h("small", {}, phase) : null);
}

/** Returns the bar of a run's progress with what is to be said about it. */
export function progressBar(run) {
  const share = run.progress ?? 0;
  const percent = `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
  const left = timeLeft(run);
  return h(
    "div",
    { class: `progress ${run.state}`, title: progressTitle(run) },
    h("div", {
      class: "bar", role: "progressbar", "aria-valuenow": Math.round(100 * share), "aria-valuemin": 0, "aria-valuemax": 100,
      "aria-label": "Progress",
    }, h("i", { style: { width: `${100 * share}%` } })),
    h("span", { class: "percent" }, run.epochs ? percent : ""),
    h("span", { class: "left" }, left),
  );
}

/** Returns the time that a run needs to its end, or took. */
export function timeLeft(run) {
  if (isActive(run)) {
    if (run.eta === null) return "";
    // the estimate was made a while ago
    return `${duration(Math.max(0, run.eta - Math.max(0, now() - run.t)))} left`;
  }
  return run.took ? `took ${duration(run.took)}` : "";
}

function progressTitle(run) {
  if (!run.epochs) return "";
  const step = run.steps ? `, step ${run.step} of ${run.steps}` : "";
  return `epoch ${run.epoch} of ${run.epochs}${isActive(run) ? step : ""}`;
}

/** Returns the value that tells the best model. */
export function primaryValue(value) {
  if (!value) return h("span", { class: "none" }, "–");
  const title = value.epoch === null ? `${value.name}, the last value` : `${value.name}, best, after epoch ${value.epoch}`;
  return h("span", { class: "primary", title }, h("b", {}, number(value.value)), h("small", {}, value.name));
}

const PALETTE = 20;

/** Returns the name of the CSS variable of a run's colour among those that are compared. */
export function colourName(index) {
  return `--series-${index % PALETTE}`;
}

/** Returns a spot in the colour of a run. */
export function swatch(index) {
  return h("i", { class: "swatch", style: { background: `var(${colourName(index)})` } });
}
