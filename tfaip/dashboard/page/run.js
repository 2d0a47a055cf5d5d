// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// One run: how far it is, what it is, and all that it holds.
import { get, post } from "./api.js";
import { CodeView } from "./code.js";
import { Curves } from "./curves.js";
import { fill, h, icon, notice } from "./dom.js";
import { bytes, duration, fullTime, number, parameter, time } from "./format.js";
import { ImageBoard } from "./images.js";
import { read } from "./location.js";
import { LogView } from "./log.js";
import { isActive, primaryValue, progressBar, stateBadge, timeLeft } from "./runparts.js";
import { now, primary, refresh, store, subscribe } from "./store.js";
import { tabs } from "./tabs.js";

const TABS = { curves: "Curves", parameters: "Parameters", images: "Images", log: "Log", code: "Code", about: "About" };
const CLOCK_MS = 1000;
const STOPPABLE = ["running", "starting", "queued"];
const RESUMABLE = ["stopped", "failed", "dead", "unknown"];

/** Shows a run; returns how to end it. */
export function showRun(view, id) {
  if (!store.runs.has(id)) {
    fill(view, h("div", { class: "empty" }, h("p", {}, "There is no such run (any more)."), h("a", { href: "#/" }, "All runs")));
    return () => {};
  }
  const page = new RunPage(view, id);
  const end = subscribe((change) => page.update(change));
  const clock = setInterval(() => page.renderHead(), CLOCK_MS);
  return () => {
    end();
    clearInterval(clock);
    page.part?.destroy?.();
  };
}

class RunPage {
  constructor(view, id) {
    this.id = id;
    this.details = null;
    this.isStopping = false;
    this.head = h("header", { class: "run-head" });
    this.content = h("div", { class: "content" });
    this.tabs = tabs(TABS, read().query.get("tab") ?? "curves", (tab) => this.show(tab));
    fill(view, h("div", { class: "run" }, this.head, this.tabs.element, this.content));
    this.renderHead();
    this.show(this.tabs.current);
  }

  get summary() {
    return store.runs.get(this.id);
  }

  show(tab) {
    this.part?.destroy?.();
    this.part = this[tab]();
    fill(this.content, this.part.element);
    this.part.load?.();
  }

  update({ changed, gone }) {
    if (gone.includes(this.id)) notice("The run is gone.", "error");
    if (!changed.includes(this.id) || !this.summary) return;
    if (!isActive(this.summary)) this.isStopping = false;
    this.details = null;
    this.renderHead();
    this.part.load?.();
  }

  renderHead() {
    const run = this.summary;
    if (!run) return;
    const state = JSON.stringify([run, this.isStopping, store.actions, Math.floor(now())]);
    if (!isActive(run) && this.headState === JSON.stringify([run, store.actions])) return;
    if (this.headState === state || this.head.querySelector("button:active, button:focus-visible")) return;
    this.headState = isActive(run) ? state : JSON.stringify([run, store.actions]);
    fill(this.head,
      h("div", { class: "title" }, h("h1", {}, run.name), stateBadge(run), run.tags.map((tag) => h("span", { class: "tag" }, tag)),
        h("span", { class: "spring" }), this.stopButton(run), this.resumeButton(run)),
      run.error ? h("p", { class: run.state === "stopped" ? "hint" : "failure" }, run.error) : null,
      run.queue ? h("p", { class: run.state === "queued" ? "hint" : "failure" }, run.queue) : null,
      run.epochs ? progressBar(run) : null,
      h("dl", { class: "facts" }, this.facts(run).filter(([, value]) => value !== "" && value !== null).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))));
  }

  facts(run) {
    const best = primary(run);
    const epoch = run.epochs ? `${run.epoch} of ${run.epochs}` : run.epoch || "";
    return [
      ["best", best ? primaryValue(best) : ""],
      ["epoch", epoch],
      ["step", run.global_step ? number(run.global_step) : ""],
      ["time left", isActive(run) ? timeLeft(run).replace(" left", "") : ""],
      ["took", run.took ? duration(run.took) : ""],
      ["started", run.created ? h("span", { title: fullTime(run.created) }, time(run.created)) : ""],
      ["last heard of", run.t && isActive(run) ? `${duration(now() - run.t)} ago` : run.state === "dead" || run.state === "stale" ? time(run.t) : ""],
      ["machine", run.host],
      ["scenario", run.scenario ? h("span", { title: run.scenario }, run.scenario.split(":").pop()) : ""],
    ];
  }

  stopButton(run) {
    if (!STOPPABLE.includes(run.state) || !store.actions.stop) return null;
    const onclick = async () => {
      if (run.state !== "queued" && !confirm(`Stop ${run.name}?\n\nIt writes a checkpoint first, so tfaip-resume-training can go on with it.`)) return;
      this.isStopping = true;
      this.renderHead();
      this.isStopping = await this.act("stop");
    };
    return h("button", { type: "button", class: "danger", disabled: this.isStopping, onclick }, icon("M6 6h12v12H6z"), this.isStopping ? "Stopping …" : "Stop");
  }

  resumeButton(run) {
    if (!RESUMABLE.includes(run.state) || !store.actions.resume) return null;
    const onclick = (event) => {
      event.currentTarget.disabled = true;
      this.act("resume");
    };
    return h("button", { type: "button", title: "Go on with its newest checkpoint", onclick }, icon("M7 5l11 7-11 7z"), "Resume");
  }

  /** Asks the server to do something with the run; returns whether it does. */
  async act(name) {
    try {
      notice(`${(await post(`runs/${this.id}/${name}`)).message}.`);
      await refresh();
      return true;
    } catch (error) {
      notice(error.message, "error");
      return false;
    } finally {
      this.headState = null;
      document.activeElement?.blur();
      this.renderHead();
    }
  }

  async load() {
    this.details ??= await get(`runs/${this.id}`);
    return this.details;
  }

  curves() {
    return new Curves([{ id: this.id, colour: 0 }]);
  }

  images() {
    return new ImageBoard([{ id: this.id, colour: 0 }]);
  }

  log() {
    return new LogView(this.id);
  }

  code() {
    return new CodeView(this.id, () => this.load());
  }

  parameters() {
    const find = h("input", { type: "search", placeholder: "Find a parameter", "aria-label": "Find a parameter" });
    const body = h("tbody");
    const count = h("span");
    const element = h("section", {}, h("div", { class: "toolbar" }, count, h("span", { class: "spring" }), find),
      h("div", { class: "scroll" }, h("table", { class: "grid parameters" }, body)));
    let values = {};
    const draw = () => {
      const words = find.value.toLowerCase().split(/\s+/);
      const names = Object.keys(values).filter((name) => words.every((word) => `${name} ${parameter(values[name])}`.toLowerCase().includes(word)));
      count.textContent = Object.keys(values).length ? `${names.length} parameters` : "The parameters are not known.";
      const differing = new Set(store.parameters.names);
      fill(body, names.map((name) => h("tr", { class: differing.has(name) ? "differs" : "", title: differing.has(name) ? "differs between the runs" : null },
        h("th", { scope: "row" }, parameterName(name)), h("td", {}, parameter(values[name])))));
    };
    find.addEventListener("input", draw);
    const load = async () => {
      const next = (await this.load()).parameters;
      if (JSON.stringify(next) !== JSON.stringify(values)) {
        values = next;
        draw();
      }
    };
    draw();
    return { element, load };
  }

  about() {
    const element = h("section", { class: "about" }, h("p", { class: "empty" }, "Loading …"));
    const load = async () => {
      const { run, sessions } = await this.load();
      const text = JSON.stringify([run.path, run.note, run.problems, sessions]);
      if (text === element.dataset.state) return;
      element.dataset.state = text;
      fill(element,
        h("dl", { class: "plain" }, h("dt", {}, "folder"), h("dd", {}, h("code", {}, run.path)), h("dt", {}, "scenario"), h("dd", {}, run.scenario || "unknown"),
          run.note ? [h("dt", {}, "note"), h("dd", {}, run.note)] : null,
          run.problems.length ? [h("dt", {}, "not readable"), h("dd", {}, run.problems.join(", "))] : null),
        run.source === "record" ? null : h("p", { class: "hint" }, "This run has no record: what is shown was found in its parameters and TensorBoard's files."),
        sessions.length ? h("h2", {}, sessions.length === 1 ? "How it was started" : `${sessions.length} sessions, the last one first`) : null,
        [...sessions].reverse().map(session));
    };
    return { element, load };
  }
}

/** Returns the name of a parameter with its last part marked. */
function parameterName(name) {
  const at = name.lastIndexOf(".") + 1;
  return [h("span", { class: "path" }, name.slice(0, at)), name.slice(at)];
}

function session(content) {
  const { git, machine } = content;
  const rows = [
    ["started", fullTime(content.started)],
    ["went on after", content.resumed_epoch === null ? "" : `epoch ${number(content.resumed_epoch)}, step ${content.resumed_step ?? "?"}`],
    ["command", h("code", { class: "command" }, content.command.map(quoted).join(" "))],
    ["in", h("code", {}, content.cwd)],
    ["by", [content.user, content.host].filter(Boolean).join(" on ")],
    ["process", content.pid ?? ""],
    ["machine", [machine.cpus ? `${machine.cpus} CPUs` : "", machine.memory ? bytes(machine.memory) : "", ...(machine.gpus ?? []).map(String)].filter(Boolean).join(", ")],
    ["devices", content.devices.join(", ")],
    ["seed", content.seed ?? ""],
    ["commit", git ? [h("code", {}, git.commit.slice(0, 12)), git.branch ? ` on ${git.branch}` : "", git.dirty ? ", with changes" : ""] : ""],
    ["versions", [`Python ${content.python}`, ...Object.entries(content.packages).map(([name, version]) => `${name} ${version}`)].join(", ")],
  ];
  return h("dl", { class: "plain session" }, rows.filter(([, value]) => value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/** Returns a word of a command line as a shell wants it. */
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}
