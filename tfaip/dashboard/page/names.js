// Copyright 2026 The tfaip authors.
// SPDX-License-Identifier: Apache-2.0
// Names of values.

/** Returns the name in the logs of a value of a split: val_acc of acc. */
export function full(split, name) {
  if (split === "val") return `val_${name}`;
  return split.startsWith("lav") ? `lav_l${split.slice(3)}_${name}` : name;
}
