// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// Elements. Texts of runs only ever become text nodes, so nothing in a file can become part of the page.

/** Returns a new element: h("a", {class: "x", href: "#", onclick: f}, child, ...); children may be texts, nodes, lists. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  setProperties(element, properties);
  append(element, children);
  return element;
}

/** Returns an icon out of paths of a 24 × 24 drawing. */
export function icon(...paths) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

function setProperties(element, properties) {
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key === "style") for (const [name, text] of Object.entries(value)) element.style.setProperty(name, text);
    else if (key === "value" || key === "checked" || key === "disabled" || key === "indeterminate") element[key] = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Sets a text if it is another one, so that selections and readers are not disturbed. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Calls a function once things have been quiet for some milliseconds. */
export function debounced(callback, milliseconds) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(...values), milliseconds);
  };
}

/** Tells something for a while at the edge of the page. */
export function notice(text, kind = "info") {
  const element = h("div", { class: `notice ${kind}` }, text);
  document.getElementById("notices").append(element);
  setTimeout(() => element.remove(), kind === "error" ? 9000 : 5000);
}

/** Lets the browser save a text as a file. */
export function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Returns a button that opens a panel below it; the panel is filled when it opens. */
export function popover(label, build, properties = {}) {
  const panel = h("div", { class: "popover", hidden: true });
  const button = h("button", { type: "button", "aria-expanded": "false", ...properties, onclick: toggle }, label);
  const wrapper = h("span", { class: "with-popover" }, button, panel);
  function toggle() {
    if (panel.hidden) open();
    else close();
  }
  function open() {
    fill(panel, build(close));
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", closeOutside);
    document.addEventListener("keydown", closeByKey);
    panel.querySelector("input, button, a")?.focus();
  }
  function close() {
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", closeOutside);
    document.removeEventListener("keydown", closeByKey);
  }
  function closeOutside(event) {
    if (!wrapper.contains(event.target)) close();
  }
  function closeByKey(event) {
    if (event.key !== "Escape") return;
    close();
    button.focus();
  }
  return wrapper;
}
