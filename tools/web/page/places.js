// SPDX-License-Identifier: Apache-2.0
// Where values stand in the text of a scenario.
import { parser } from '@lezer/json';

const step = (key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1');

function keyOf(property, text) {
  const name = property.getChild('PropertyName');
  try {
    return JSON.parse(text.slice(name.from, name.to));
  } catch {
    return '';
  }
}

const isValue = (node) => ['Object', 'Array', 'String', 'Number', 'True', 'False', 'Null'].includes(node.name);

// Calls visit({node, keys}) for each value, from the outermost inwards; keys lead to it from the root.
export function eachValue(text, visit, tree = parser.parse(text)) {
  const walk = (node, keys) => {
    visit({ node, keys });
    if (node.name === 'Array') {
      let index = 0;
      for (let child = node.firstChild; child; child = child.nextSibling) {
        if (isValue(child)) walk(child, [...keys, index++]);
      }
    } else if (node.name === 'Object') {
      for (const property of node.getChildren('Property')) {
        const value = property.lastChild;
        if (value && isValue(value)) walk(value, [...keys, keyOf(property, text)]);
      }
    }
  };
  for (let child = tree.topNode.firstChild; child; child = child.nextSibling) {
    if (isValue(child)) return walk(child, []);
  }
}

export const pointerOf = (keys) => keys.map((key) => '/' + step(key)).join('');

// The keys that lead to a position, and the innermost object there: {keys, object, property}.
// property: the member in which the position is; null between members.
export function placeAt(text, position, tree = parser.parse(text)) {
  const keys = [];
  let node = tree.resolveInner(position, -1);
  let property = null;
  let object = null;
  for (; node; node = node.parent) {
    const parent = node.parent;
    if (node.name === 'Property') {
      if (object === null) property ??= node;
      else keys.unshift(keyOf(node, text));
    } else if (node.name === 'Object' && object === null) {
      object = node;
    } else if (parent?.name === 'Array' && isValue(node)) {
      let index = 0;
      for (let other = parent.firstChild; other && other.from < node.from; other = other.nextSibling) {
        if (isValue(other)) ++index;
      }
      if (object !== null) keys.unshift(index);
    }
    if (node.name === 'Object' && object === node && parent?.name === 'Array') {
      let index = 0;
      for (let other = parent.firstChild; other && other.from < node.from; other = other.nextSibling) {
        if (isValue(other)) ++index;
      }
      keys.unshift(index);
    }
  }
  return { keys, object, property, key: property ? keyOf(property, text) : null };
}

// Replaces the value at a pointer: {from, to} in the text; null where there is none.
export function findValue(text, pointer) {
  let found = null;
  eachValue(text, ({ node, keys }) => {
    if (found === null && pointerOf(keys) === pointer) found = { from: node.from, to: node.to };
  });
  return found;
}
