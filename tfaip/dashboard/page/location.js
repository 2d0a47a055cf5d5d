// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// The part of the address behind #: which view is shown, with all its settings, so that a link leads to the same.

/** Returns {path: [...], query: URLSearchParams} of the address. */
export function read() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
}

/** Returns the address of a view. */
export function link(path, query = {}) {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "" && value !== false) words.set(key, value === true ? "1" : value);
  }
  const place = `#/${path.map(encodeURIComponent).join("/").replace(/%2C/g, ",")}`;
  return words.size ? `${place}?${String(words).replace(/%2C/g, ",")}` : place;
}

/** Notes settings in the address without a step in the history. */
export function replaceQuery(changes) {
  const { path, query } = read();
  const settings = { ...Object.fromEntries(query), ...changes };
  history.replaceState(null, "", link(path, settings));
}
