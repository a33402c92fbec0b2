// SPDX-License-Identifier: Apache-2.0
// The values of a scenario that a slider can move: spans and ratios of its path, its hosts and its
// connections, and how long it is.
import { eachValue, pointerOf } from './places.js';
import { niceSpan, parseRatio, parseSpan, printRatio, printSpan } from './spans.js';

// What happens at an instant is told of by its scenario, not turned.
const FIXED = new Set(['at', 'until', 'start', 'expect', 'sweep', 'events', 'traffic', 'title', 'lesson', '$schema', 'name', 'profile']);
const KINDS = new Set(['link', 'middlebox', 'proxy', 'strategy', 'timeouts', 'netfilter', 'server', 'tcp']);

function nameOf(keys, root) {
  let value = root;
  const words = [];
  for (const key of keys.slice(0, -1)) {
    value = value?.[key];
    const name = value?.name ?? value?.link?.name ?? value?.middlebox?.name ?? value?.proxy?.name;
    if (typeof key === 'number') words.push(name ?? `${key + 1}`);
    else if (!KINDS.has(key) && !['path', 'connections', 'hosts'].includes(key)) words.push(key);
  }
  const last = String(keys.at(-1));
  return words.length > 0 ? `${[...new Set(words)].join(' ')}: ${last}` : last;
}

const log = Math.log;

// {pointer, name, text, value, least, most, position(value), at(position), print(value)} of each, in
// the order of the text; position is from 0 to 1000.
export function findKnobs(text) {
  let root = null;
  try {
    root = JSON.parse(text);
  } catch {
    // The names of what surrounds a value are not known then.
  }
  const knobs = [];
  eachValue(text, ({ node, keys }) => {
    if (node.name !== 'String' || keys.length === 0) return;
    if (keys.some((key) => FIXED.has(key))) return;
    let word = '';
    try {
      word = JSON.parse(text.slice(node.from, node.to));
    } catch {
      return;
    }
    const span = parseSpan(word);
    const ratio = span === null ? parseRatio(word) : null;
    if (span === null && ratio === null) return;
    knobs.push({ pointer: pointerOf(keys), name: nameOf(keys, root), text: word,
      ...(span === null ? ratioScale(ratio) : spanScale(span)) });
  });
  return knobs;
}

// From a tenth to ten times the value, evenly by factors.
function spanScale(value) {
  const middle = value > 0 ? value : 1;
  const least = middle / 10;
  const most = middle * 10;
  return {
    unit: 'span', value, least, most,
    at: (position) => niceSpan(least * (most / least) ** (position / 1000)),
    position: (now) => now <= 0 ? 0 : Math.round(1000 * log(now / least) / log(most / least)),
    print: printSpan,
  };
}

// From none over a thousandth to one half.
function ratioScale(value) {
  const least = 1e-3;
  const most = Math.max(0.5, value);
  return {
    unit: 'ratio', value, least: 0, most,
    at: (position) => position <= 0 ? 0 : Number((least * (most / least) ** (position / 1000)).toPrecision(2)),
    position: (now) => now <= 0 ? 0 : Math.round(1000 * log(Math.max(now, least) / least) / log(most / least)),
    print: printRatio,
  };
}

// Values around that of a knob for a sweep: "1m..10m/30s" is better known than guessed, so these are
// a dozen from a third to three times it, by equal factors.
export function valuesAround(knob, count = 13) {
  const values = new Set();
  const middle = knob.value > 0 ? knob.value : knob.unit === 'span' ? 60 : 0.01;
  for (let i = 0; i < count; ++i) {
    const value = middle * 3 ** ((2 * i) / (count - 1) - 1);
    values.add(knob.unit === 'span' ? printSpan(niceSpan(value)) : printRatio(Math.min(1, Number(value.toPrecision(2)))));
  }
  return [...values].join(',');
}

// Which of the connections has this name; -1 where none has, or the text is no JSON.
export function connectionIndex(text, name) {
  try {
    return JSON.parse(text).connections.findIndex((one, i) => (one.name ?? `connection-${i + 1}`) === name);
  } catch {
    return -1; // mistakes are told of elsewhere
  }
}
