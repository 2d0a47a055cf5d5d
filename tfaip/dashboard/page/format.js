// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// Numbers, times and names as people read them.

const SPECIAL = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

/** Returns the number that a value of the server stands for, null if there is none; JSON knows no NaN. */
export function toNumber(value) {
  if (typeof value === "number") return value;
  return typeof value === "string" && value in SPECIAL ? SPECIAL[value] : null;
}

/** Returns a number with five significant digits. */
export function number(value) {
  if (value === null || value === undefined) return "";
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return minus(String(value));
  if (size < 1e-4 || size >= 1e7) return minus(value.toExponential(3).replace("e+", "e"));
  return minus(value.toPrecision(size >= 1 ? 5 : 4));
}

function minus(text) {
  return text.replace(/-/g, "−");
}

/** Returns a number as short as it can be written, for settings and scales. */
export function short(value) {
  if (!Number.isFinite(value)) return number(value);
  const rounded = Number(value.toPrecision(6));
  const size = Math.abs(rounded);
  return minus(size && (size < 1e-4 || size >= 1e7) ? rounded.toExponential().replace("e+", "e") : String(rounded));
}

/** Returns a span of seconds: 45 s, 12 min, 3 h 05 min, 2 d 4 h. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/** Returns a time of seconds since 1970: today 14:05, 3 May 14:05, 3 May 2025. */
export function time(seconds) {
  if (!seconds) return "";
  const date = new Date(seconds * 1000);
  const now = new Date();
  const clock = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === now.toDateString()) return `today ${clock}`;
  const day = date.toLocaleDateString([], { day: "numeric", month: "short" });
  return date.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${day} ${date.getFullYear()}`;
}

/** Returns a time in full. */
export function fullTime(seconds) {
  return seconds ? new Date(seconds * 1000).toLocaleString() : "";
}

/** Returns a number of bytes. */
export function bytes(n) {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let unit = -1;
  let value = n;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** Returns a value of a parameter as one line. */
export function parameter(value) {
  if (value === undefined) return "";
  if (value === null) return "none";
  if (typeof value === "number") return short(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Returns the last parts of the names of parameters that tell them apart. */
export function shortNames(names) {
  const result = new Map();
  for (const name of names) {
    const parts = name.split(".");
    let length = 1;
    const tail = (other) => other.split(".").slice(-length).join(".");
    while (length < parts.length && names.some((other) => other !== name && tail(other) === tail(name))) length += 1;
    result.set(name, parts.slice(-length).join("."));
  }
  return result;
}

/** Returns a table as CSV. */
export function toCsv(rows) {
  const cell = (value) => {
    let text = value === null || value === undefined ? "" : String(value);
    // a spreadsheet would run it
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text))) text = `'${text}`;
    return /[",\n\r;]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
