// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The search: words that a run holds anywhere, and conditions such as optimizer=Adam, val_acc>0.9, tag:paper.
import { parameter } from "./format.js";

const CONDITION = /^([\w.\-/]+)(<=|>=|!=|=|:|<|>)(.*)$/;

/** Returns the conditions of a text. */
export function parse(text) {
  const words = text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  return words.map((word) => {
    const plain = word.replace(/"/g, "");
    const match = CONDITION.exec(plain);
    return match ? { key: match[1], operator: match[2], value: match[3] } : { word: plain.toLowerCase() };
  });
}

/** Returns whether a run fulfils all conditions. */
export function matches(run, parameters, conditions) {
  return conditions.every((condition) =>
    condition.word === undefined ? fulfils(run, parameters, condition) : text(run, parameters).includes(condition.word),
  );
}

function text(run, parameters) {
  const values = Object.values(parameters).map(parameter);
  return [run.name, run.folder, run.state, run.scenario, run.note, run.host, ...run.tags, ...values].join("\n").toLowerCase();
}

function fulfils(run, parameters, { key, operator, value }) {
  const found = lookup(run, parameters, key);
  if (!found.length) return operator === "!=";
  if (operator === "!=") return found.every((item) => !equal(item, value));
  if (operator === ":") return found.some((item) => String(item).toLowerCase().includes(value.toLowerCase()));
  if (operator === "=") return found.some((item) => equal(item, value));
  const limit = Number(value);
  const holds = { "<": (x) => x < limit, ">": (x) => x > limit, "<=": (x) => x <= limit, ">=": (x) => x >= limit };
  return found.some((item) => typeof item === "number" && holds[operator](item));
}

function equal(item, value) {
  if (typeof item === "number" && value !== "" && Number.isFinite(Number(value))) return item === Number(value);
  return parameter(item).toLowerCase() === value.toLowerCase();
}

function lookup(run, parameters, key) {
  if (key === "tag" || key === "tags") return run.tags;
  if (key === "best") return run.best ? [run.best.value] : [];
  if (["name", "state", "scenario", "host", "user", "note", "epoch", "progress", "folder"].includes(key)) return [run[key]];
  if (key in run.last) return [run.last[key]];
  const names = Object.keys(parameters).filter((name) => name === key || name.endsWith(`.${key}`));
  return names.map((name) => parameters[name]);
}
