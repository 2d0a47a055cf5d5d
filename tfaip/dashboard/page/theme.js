// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// Light or dark: what was chosen, else as the system. A script of its own because modules run after the first drawing.
"use strict";
{
  const key = "tfaip-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      // storage may be switched off
      return null;
    }
  };
  const apply = (chosen) => {
    document.documentElement.dataset.theme = ["light", "dark"].includes(chosen) ? chosen : system.matches ? "dark" : "light";
    document.dispatchEvent(new Event("themechange"));
  };
  apply(stored());
  system.addEventListener("change", () => apply(stored()));
  document.addEventListener("themeswitch", () => {
    const chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    apply(chosen);
    try {
      localStorage.setItem(key, chosen);
    } catch {
      // it is forgotten with the page
    }
  });
}
