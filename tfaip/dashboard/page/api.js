// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// Requests to the server.

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function request(path, options) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const content = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, content?.error?.message ?? `The server answered ${response.status}`);
  return content;
}

/** Returns what the server knows at a path. */
export function get(path, query = {}) {
  const words = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== null));
  return request(words.size ? `api/${path}?${words}` : `api/${path}`);
}

/** Asks the server to do something. */
export function post(path, content = {}) {
  return request(`api/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
}

/** Returns the address of an image of a run. */
export function imageUrl(id, tag, step) {
  return `api/runs/${id}/image?${new URLSearchParams({ tag, step })}`;
}
