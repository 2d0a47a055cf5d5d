// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// One chart: lines of runs over a common axis, drawn by uPlot.
/* global uPlot */
import { fill, h } from "./dom.js";
import { duration, number, short } from "./format.js";
import { colourName } from "./runparts.js";
import { aligned, smoothed, xValues } from "./series.js";

const HEIGHT = 240;
const LIST_DASH = [2, 3];
const PADDING = [10, 20, 0, 0];
// the second half of a colour: how opaque it is
const FAINT = "30";
const LIGHT = "a0";

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A chart of one value. */
export class Chart {
  /**
   * @param {string} name The value.
   * @param {object} sync Charts with the same key show the same place; {key, onRange}.
   */
  constructor(name, sync) {
    this.name = name;
    this.sync = sync;
    this.plot = null;
    this.tooltip = h("div", { class: "tooltip", hidden: true });
    this.place = h("div", { class: "plot" });
    this.message = h("p", { class: "nothing", hidden: true }, "No values yet.");
    this.keys = h("span", { class: "keys" });
    this.element = h("figure", { class: "chart", "data-name": name }, h("figcaption", {}, name, this.keys), this.message, this.place, this.tooltip);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.place);
  }

  /**
   * Draws lines.
   * @param {Array} lines {run, colour, label, curve, start} each.
   * @param {object} settings {x, smooth, log}.
   */
  draw(lines, settings) {
    const parts = this.parts(lines, settings);
    const data = aligned(parts);
    this.element.dataset.points = data[0].length;
    this.message.hidden = parts.length > 0;
    this.place.hidden = parts.length === 0;
    const layout = JSON.stringify([settings.x, settings.log, parts.map((part) => [part.label, part.colour, part.isFaint, part.dash])]);
    if (this.plot && layout === this.layout) {
      this.data = data;
      this.plot.setData(data, !this.zoomed);
      return;
    }
    this.layout = layout;
    this.renderKeys(parts);
    this.zoomed = false;
    this.plot?.destroy();
    this.plot = null;
    if (!parts.length || !this.place.clientWidth) return;
    this.data = data;
    this.partsShown = parts;
    this.settings = settings;
    this.plot = new uPlot(this.options(parts, settings), data, this.place);
  }

  /** Tells the lines apart where the colours are those of splits, not of runs. */
  renderKeys(parts) {
    const lines = parts.filter((part) => part.isOwn && !part.isFaint);
    fill(this.keys, lines.length > 1 ? lines.map((part) => h("span", {}, h("i", { class: "swatch", style: { background: `var(${colourName(part.colour)})` } }), part.curve.split)) : null);
  }

  /** Returns the lines with what smoothing makes of them; the values themselves stay visible behind. */
  parts(lines, settings) {
    const parts = [];
    for (const line of lines) {
      const x = xValues(line.curve, settings.x, line.start);
      const y = settings.log ? line.curve.v.map((value) => (value > 0 ? value : null)) : line.curve.v;
      if (!x.length) continue;
      const dash = line.curve.split.startsWith("lav") ? LIST_DASH : [];
      if (settings.smooth && y.length > 2) parts.push({ ...line, x, y, isFaint: true, dash: [] });
      parts.push({ ...line, x, y: smoothed(y, settings.smooth), isFaint: false, dash });
    }
    return parts;
  }

  options(parts, settings) {
    const axis = {
      stroke: () => css("--muted"), font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif",
      grid: { stroke: () => css("--grid"), width: 1 }, ticks: { show: false },
    };
    return {
      width: this.place.clientWidth, height: HEIGHT, padding: PADDING, legend: { show: false },
      cursor: {
        sync: { key: this.sync.key, setSeries: false },
        drag: { x: true, y: false, uni: 10 },
        dataIdx: (plot, series, index) => this.nearest(plot, series, index),
        points: { size: 7, width: 1.5, fill: (plot, i) => (parts[i - 1]?.isFaint ? "transparent" : plot.series[i].stroke(plot, i)) },
      },
      scales: { x: { time: false }, y: { distr: settings.log ? 3 : 1 } },
      axes: [
        { ...axis, size: 28, values: (plot, ticks) => ticks.map((value) => xLabel(value, settings.x, true)) },
        { ...axis, size: (plot, texts) => 16 + 7 * Math.max(3, ...(texts ?? []).map((text) => text.length)),
          values: (plot, ticks) => ticks.map((value) => (value === null ? "" : short(value))) },
      ],
      series: [{}, ...parts.map((part) => this.lineOptions(part))],
      hooks: {
        setCursor: [(plot) => this.showTooltip(plot)],
        setScale: [(plot, key) => this.onScale(plot, key)],
      },
    };
  }

  lineOptions(part) {
    const isShort = part.x.length < 2;
    const isLight = part.isSecond && !part.isFaint;
    return {
      label: part.label, stroke: () => css(colourName(part.colour)) + (part.isFaint ? FAINT : isLight ? LIGHT : ""),
      width: part.isFaint ? 1.2 : isLight ? 1.3 : 1.9, dash: part.dash, spanGaps: true, points: { show: isShort, size: 6 },
    };
  }

  /** Returns the index of the nearest value of a line, since not every line has one at each x. */
  nearest(plot, series, index) {
    const column = plot.data[series];
    if (!series || typeof column[index] === "number") return index;
    let left = index;
    let right = index;
    while (left >= 0 && typeof column[left] !== "number") left -= 1;
    while (right < column.length && typeof column[right] !== "number") right += 1;
    if (left < 0) return right < column.length ? null : index;
    if (right >= column.length) return null;
    const x = plot.data[0];
    return x[index] - x[left] <= x[right] - x[index] ? left : right;
  }

  onScale(plot, key) {
    if (key !== "x" || !this.data?.[0].length) return;
    const xs = this.data[0];
    const { min, max } = plot.scales.x;
    this.zoomed = min > xs[0] || max < xs[xs.length - 1];
  }

  showTooltip(plot) {
    const { left, top, idx, idxs } = plot.cursor;
    // the other charts show the place and their points only: their texts would be in the way
    const isOver = idx !== null && idx !== undefined && left >= 0 && this.element.matches(":hover");
    this.tooltip.hidden = !isOver;
    if (!isOver) return;
    const rows = [];
    this.partsShown.forEach((part, i) => {
      const at = idxs?.[i + 1];
      const value = at === null || at === undefined ? null : plot.data[i + 1][at];
      if (!part.isFaint && typeof value === "number") rows.push([part, value]);
    });
    rows.sort((a, b) => b[1] - a[1]);
    fill(this.tooltip,
      h("b", {}, xLabel(plot.data[0][idx], this.settings.x)),
      rows.slice(0, 12).map(([part, value]) =>
        h("span", { class: "row" }, h("i", { class: `swatch ${part.curve.split}`, style: { background: `var(${colourName(part.colour)})` } }),
          h("span", {}, part.label), h("em", {}, number(value)))),
      rows.length > 12 ? h("small", {}, `and ${rows.length - 12} more`) : null);
    const width = this.element.clientWidth;
    const box = this.place.getBoundingClientRect();
    const outer = this.element.getBoundingClientRect();
    const x = box.left - outer.left + plot.over.offsetLeft + left;
    const isRight = x > width / 2;
    this.tooltip.style.left = isRight ? "auto" : `${x + 14}px`;
    this.tooltip.style.right = isRight ? `${width - x + 14}px` : "auto";
    this.tooltip.style.top = `${Math.max(0, box.top - outer.top + Math.max(0, top ?? 0) - 20)}px`;
  }

  /** Draws anew in other colours. */
  recolour() {
    this.plot?.redraw(false, true);
  }

  resize() {
    const width = this.place.clientWidth;
    if (this.plot && width && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
    else if (!this.plot && width) this.onVisible?.();
  }

  destroy() {
    this.observer.disconnect();
    this.plot?.destroy();
  }
}

function timeTick(hours) {
  if (hours === 0) return "0";
  const minutes = Math.round(hours * 600) / 10;
  if (Math.abs(minutes) < 1) return `${short(Math.round(hours * 3600))} s`;
  return Math.abs(minutes) < 120 && minutes % 60 ? `${short(minutes)} min` : `${short(Math.round(hours * 100) / 100)} h`;
}

/** Returns a place on the x axis for people. */
function xLabel(value, axis, isTick = false) {
  if (axis === "time") return isTick ? timeTick(value) : duration(value * 3600);
  const text = short(Math.round(value * 1000) / 1000);
  if (isTick) return text;
  return axis === "epoch" ? `epoch ${text}` : `step ${text}`;
}
