// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// Tabs whose choice stands in the address.
import { h } from "./dom.js";
import { replaceQuery } from "./location.js";

/** Returns {element, current}; calls onShow(key) when another tab is chosen. */
export function tabs(labels, chosen, onShow) {
  const keys = Object.keys(labels);
  const state = { current: keys.includes(chosen) ? chosen : keys[0] };
  const buttons = new Map(keys.map((key) => [key, h("button", { type: "button", role: "tab", onclick: () => choose(key) }, labels[key])]));
  state.element = h("div", { class: "tabs", role: "tablist", onkeydown: onKey }, [...buttons.values()]);
  function mark() {
    for (const [key, button] of buttons) {
      button.setAttribute("aria-selected", String(key === state.current));
      button.tabIndex = key === state.current ? 0 : -1;
    }
  }
  function choose(key) {
    if (key === state.current) return;
    state.current = key;
    replaceQuery({ tab: key === keys[0] ? null : key });
    mark();
    onShow(key);
  }
  function onKey(event) {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    const key = keys[(keys.indexOf(state.current) + move + keys.length) % keys.length];
    choose(key);
    buttons.get(key).focus();
  }
  mark();
  return state;
}
