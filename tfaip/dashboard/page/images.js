// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The images that trainings wrote, by step.
import { get, imageUrl } from "./api.js";
import { fill, h } from "./dom.js";
import { swatch } from "./runparts.js";
import { store } from "./store.js";

/** The images of some runs: a row for each tag, with a slider over the steps. */
export class ImageBoard {
  constructor(runs, choices = { hidden: new Set() }) {
    this.runs = runs;
    this.choices = choices;
    this.images = new Map();
    this.places = new Map();
    this.element = h("section", { class: "images" }, h("p", { class: "empty" }, "Loading images …"));
  }

  async load(ids = this.runs.map((run) => run.id)) {
    await Promise.all(ids.map(async (id) => {
      const answer = await get(`runs/${id}/images`).catch(() => ({ images: [] }));
      this.images.set(id, new Map(answer.images.map((image) => [image.tag, image.steps])));
    }));
    const state = JSON.stringify([...this.images].map(([id, tags]) => [id, ...tags]));
    if (state !== this.state) this.draw();
    this.state = state;
  }

  draw() {
    const shown = this.runs.filter(({ id }) => !this.choices.hidden.has(id));
    const tags = [...new Set(shown.flatMap(({ id }) => [...(this.images.get(id)?.keys() ?? [])]))].sort();
    if (!tags.length) fill(this.element, h("p", { class: "empty" }, "No images were written."));
    else fill(this.element, tags.map((tag) => this.row(tag, shown)));
  }

  row(tag, runs) {
    const steps = [...new Set(runs.flatMap(({ id }) => this.images.get(id)?.get(tag) ?? []))].sort((a, b) => a - b);
    const place = Math.min(this.places.get(tag) ?? steps.length - 1, steps.length - 1);
    const label = h("output");
    const figures = h("div", { class: runs.length > 1 ? "figures several" : "figures" });
    const slider = h("input", { type: "range", min: 0, max: steps.length - 1, step: 1, value: place, "aria-label": `Step of ${tag}`, oninput: show });
    const places = this.places;
    const images = this.images;
    function show() {
      const at = Number(slider.value);
      // the newest one stays the newest one
      if (at === steps.length - 1) places.delete(tag);
      else places.set(tag, at);
      label.value = `step ${steps[at]}`;
      fill(figures, runs.map(({ id, colour }) => figure(id, colour, tag, images.get(id)?.get(tag) ?? [], steps[at], runs.length > 1)));
    }
    show();
    return h("article", { class: "image-row" }, h("header", {}, h("h3", {}, tag), steps.length > 1 ? slider : null, label), figures);
  }
}

function figure(id, colour, tag, steps, step, isNamed) {
  const nearest = steps.filter((item) => item <= step).pop();
  const caption = isNamed ? h("figcaption", {}, swatch(colour), store.runs.get(id)?.name ?? id, nearest !== undefined && nearest !== step ? ` (step ${nearest})` : "") : null;
  if (nearest === undefined) return h("figure", { class: "missing" }, caption, h("p", {}, "none yet"));
  const url = imageUrl(id, tag, nearest);
  return h("figure", {}, caption, h("a", { href: url, target: "_blank", rel: "noopener" }, h("img", { src: url, alt: `${tag}, step ${nearest}`, loading: "lazy" })));
}
