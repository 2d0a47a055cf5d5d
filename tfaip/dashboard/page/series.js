// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The values of runs over the training: loading what is new, and preparing it for a chart.
import { get } from "./api.js";
import { toNumber } from "./format.js";

/** The curves of one run, which know how to load what has come since. */
export class RunSeries {
  constructor(id) {
    this.id = id;
    this.cursor = null;
    this.curves = new Map();
    this.pending = null;
  }

  /** Loads what is new; returns whether anything was. */
  load() {
    this.pending ??= this.loadNow().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  async loadNow() {
    let hasChanged = false;
    let answer = null;
    do {
      answer = await get(`runs/${this.id}/metrics`, { cursor: this.cursor });
      if (answer.reset) this.curves.clear();
      else if (answer.rewind !== null) this.goBack(answer.rewind);
      this.cursor = answer.cursor;
      for (const part of answer.series) this.add(part);
      hasChanged ||= answer.reset || answer.rewind !== null || answer.series.length > 0;
    } while (answer.more);
    return hasChanged;
  }

  /** Forgets the values of later steps: the training was resumed before them. */
  goBack(step) {
    for (const [key, curve] of this.curves) {
      const kept = curve.step.map((at, i) => (at <= step ? i : -1)).filter((i) => i >= 0);
      for (const column of ["step", "epoch", "t", "v"]) curve[column] = kept.map((i) => curve[column][i]);
      if (!kept.length) this.curves.delete(key);
    }
  }

  add(part) {
    const key = `${part.name}\n${part.split}\n${part.level}`;
    if (!this.curves.has(key)) {
      this.curves.set(key, { name: part.name, split: part.split, level: part.level, step: [], epoch: [], t: [], v: [] });
    }
    const curve = this.curves.get(key);
    for (const axis of ["step", "epoch", "t"]) curve[axis].push(...part[axis]);
    curve.v.push(...part.v.map(toNumber));
  }

  /** Returns the curves of a name, one for each split: the finer one where there are two. */
  of(name) {
    const bySplit = new Map();
    for (const curve of this.curves.values()) {
      if (curve.name !== name) continue;
      const other = bySplit.get(curve.split);
      if (!other || curve.v.length > other.v.length) bySplit.set(curve.split, curve);
    }
    return [...bySplit.values()].sort((a, b) => splitOrder(a.split) - splitOrder(b.split));
  }

  names() {
    return [...new Set([...this.curves.values()].map((curve) => curve.name))];
  }
}

/** Returns the place of a split among others: train, val, lav0, lav1. */
export function splitOrder(split) {
  return split === "train" ? 0 : split === "val" ? 1 : 2 + (Number(split.replace(/\D/g, "")) || 0);
}

/** Returns the x values of a curve: steps, epochs, or hours since its first value. */
export function xValues(curve, axis, start) {
  if (axis === "epoch") return curve.epoch;
  if (axis === "time") return curve.t.map((t) => (t - start) / 3600);
  return curve.step;
}

/** Returns the values smoothed by a moving average; 0 leaves them as they are, values that are no numbers stay out. */
export function smoothed(values, weight) {
  if (!weight) return values;
  let average = 0;
  let share = 0;
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null;
    average = weight * average + (1 - weight) * value;
    share = weight * share + (1 - weight);
    return average / share;
  });
}

/** Returns [xs, ...ys] on common x values for lists of {x, y}; where a line has no value at an x it has undefined. */
export function aligned(lines) {
  const xs = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
  const place = new Map(xs.map((x, i) => [x, i]));
  const columns = lines.map((line) => {
    const column = new Array(xs.length).fill(undefined);
    line.x.forEach((x, i) => {
      const value = line.y[i];
      column[place.get(x)] = value !== null && Number.isFinite(value) ? value : null;
    });
    return column;
  });
  return [xs, ...columns];
}
