// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The runs as the page knows them, kept up to date by server-sent events, or by asking where these do not come through.
import { get } from "./api.js";
import { toNumber } from "./format.js";

const POLL_MS = 2000;
const RETRY_MS = 3000;

const listeners = new Set();
let server = null;
let rev = 0;
let parametersRev = -1;
let polling = 0;
let pending = null;
let again = false;

export const store = {
  runs: new Map(),
  parameters: { names: [], values: {} },
  folders: [],
  actions: {},
  loaded: false,
  /** Seconds that the clock of the server is ahead of ours. */
  ahead: 0,
};

/** Calls a function with {changed, gone} whenever runs have changed; returns how to end that. */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns the seconds since 1970 on the clock of the server. */
export function now() {
  return Date.now() / 1000 + store.ahead;
}

/** Begins to follow the runs. */
export function start() {
  const events = new EventSource("api/events");
  events.addEventListener("change", () => refresh());
  events.addEventListener("open", () => {
    clearInterval(polling);
    polling = 0;
    showState("on", "live", "Changes are shown at once");
    refresh();
  });
  events.addEventListener("error", () => {
    if (!polling) polling = setInterval(refresh, POLL_MS);
    // the browser gives up after some answers
    if (events.readyState === EventSource.CLOSED) setTimeout(start, RETRY_MS);
  });
  return refresh();
}

/** Asks for changes; requests never overlap, and a call while one is under way makes another one follow. */
export async function refresh() {
  if (pending) {
    again = true;
    return pending;
  }
  pending = load();
  try {
    await pending;
    if (polling) showState("polling", "polling", "Changes are asked for every two seconds");
  } catch (error) {
    showState("offline", error.status === 401 ? "no access" : "offline", error.message);
    if (!polling) polling = setInterval(refresh, POLL_MS);
    if (error.status === 401) document.body.classList.add("no-access");
  } finally {
    pending = null;
    if (again) {
      again = false;
      refresh();
    }
  }
}

async function load() {
  const answer = await get("runs", server ? { since: rev, server } : {});
  const isNew = answer.server !== server;
  server = answer.server;
  rev = answer.rev;
  store.folders = answer.folders;
  store.actions = answer.actions;
  store.ahead = answer.now - Date.now() / 1000;
  const gone = isNew ? [...store.runs.keys()].filter((id) => !answer.runs.some((run) => run.id === id)) : answer.gone;
  for (const id of gone) store.runs.delete(id);
  for (const run of answer.runs) store.runs.set(run.id, withNumbers(run));
  if (answer.parameters_rev !== parametersRev || isNew) {
    store.parameters = await get("parameters");
    parametersRev = store.parameters.rev;
  }
  const isFirst = !store.loaded;
  store.loaded = true;
  const changed = answer.runs.map((run) => run.id);
  if (changed.length || gone.length || isFirst) for (const listener of [...listeners]) listener({ changed, gone });
}

function withNumbers(run) {
  run.last = Object.fromEntries(Object.entries(run.last).map(([name, value]) => [name, toNumber(value)]));
  if (run.best) run.best.value = toNumber(run.best.value);
  return run;
}

function showState(kind, text, title) {
  const element = document.getElementById("live");
  element.className = `live ${kind}`;
  element.title = title;
  element.lastElementChild.textContent = text;
}

/** Returns the value of a run that tells the best model, as {name, value}: the best one, else the last one. */
export function primary(run) {
  if (run.best) return { name: run.best.name, value: run.best.value, epoch: run.best.epoch };
  const name = run.primary?.name;
  return name && name in run.last ? { name, value: run.last[name], epoch: null } : null;
}
