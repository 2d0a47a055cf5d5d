// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The beginning: shows the view that the address names.
import { showComparison } from "./compare.js";
import { fill, h } from "./dom.js";
import { read } from "./location.js";
import { showRun } from "./run.js";
import { start, store } from "./store.js";
import { showTable } from "./table.js";

const view = document.getElementById("view");
const crumbs = document.getElementById("crumbs");
let end = () => {};
let shown = null;

function show() {
  const { path } = read();
  const place = path.join("/");
  // settings of the view alone do not begin it anew
  if (place === shown && place !== "") return;
  shown = place;
  end();
  document.body.dataset.view = path[0] ?? "table";
  const [kind, ids = ""] = path;
  if (kind === "run") {
    end = showRun(view, ids);
    name(store.runs.get(ids)?.name ?? "run");
  } else if (kind === "compare") {
    end = showComparison(view, ids.split(","));
    name("comparison");
  } else {
    end = showTable(view);
    name(null);
  }
  window.scrollTo(0, 0);
}

function name(text) {
  document.title = text ? `${text} – tfaip runs` : "tfaip runs";
  fill(crumbs, h("a", { href: "#/", "aria-current": text ? null : "page" }, "Runs"), text ? [h("span", {}, "/"), h("b", {}, text)] : null);
}

document.getElementById("theme").addEventListener("click", () => document.dispatchEvent(new Event("themeswitch")));
window.addEventListener("hashchange", show);
start().finally(show);
