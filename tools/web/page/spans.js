// SPDX-License-Identifier: Apache-2.0
// Spans and ratios as scenarios write them.

const UNITS = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400 };
const SPAN = /^(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d))+$/;

// "2h4m" in seconds; null for what is no span.
export function parseSpan(text) {
  if (!SPAN.test(text)) return null;
  let seconds = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)/g)) {
    seconds += Number(number) * UNITS[unit];
  }
  return seconds;
}

// Seconds as a scenario has them, exact to the nanosecond: "4m30s".
export function printSpan(seconds) {
  let left = Math.round(seconds * 1e9);
  if (left === 0) return '0s';
  let text = '';
  for (const [unit, size] of [['d', 864e11], ['h', 36e11], ['m', 6e10], ['s', 1e9], ['ms', 1e6], ['us', 1e3], ['ns', 1]]) {
    const count = Math.floor(left / size);
    if (count > 0) text += count + unit;
    left -= count * size;
  }
  return text;
}

// The same in two units at most, for people: "22m4s".
export function briefSpan(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 0) return '-' + briefSpan(-seconds);
  if (seconds === 0) return '0s';
  const size = [86400, 3600, 60, 1, 1e-3, 1e-6].find((unit) => seconds >= unit) ?? 1e-9;
  const least = { 86400: 3600, 3600: 60, 60: 1 }[size] ?? size / 10;
  const shown = Number((seconds / size).toFixed(1));
  if (size < 60 && shown < (size === 1 ? 60 : 1000)) return `${shown}${{ 1: 's', 0.001: 'ms', 0.000001: 'us' }[size] ?? 'ns'}`;
  return printSpan(Math.round(seconds / Math.max(least, 1e-9)) * least);
}

// "1/100", "1%" or 0.01 as a number; null for what is no ratio.
export function parseRatio(text) {
  if (/^\d+(?:\.\d+)?%$/.test(text)) return Number(text.slice(0, -1)) / 100;
  const parts = /^(\d+)\/(\d+)$/.exec(text);
  return parts && Number(parts[2]) > 0 ? Number(parts[1]) / Number(parts[2]) : null;
}

// A ratio as a scenario has it, to three digits: "1.5%".
export const printRatio = (ratio) => `${Number((ratio * 100).toPrecision(3))}%`;

// The nearest number with two digits, in the unit of clocks: 4m50s, not 291s.
export function niceSpan(seconds) {
  if (seconds < 1) return Number(seconds.toPrecision(2));
  const step = [1, 5, 10, 30, 60, 300, 600, 1800, 3600].findLast((size) => seconds >= 24 * size) ?? 1;
  return Math.max(1, Math.round(seconds / step) * step);
}
