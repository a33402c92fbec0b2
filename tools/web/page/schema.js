// SPDX-License-Identifier: Apache-2.0
// What may stand at a place of a scenario, from the schema of the program.

function resolve(schema, root) {
  let found = schema;
  while (found?.$ref) {
    const { $ref, ...beside } = found;
    const target = $ref.split('/').slice(1).reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], root);
    found = { ...target, ...beside };
  }
  return found;
}

// A schema and its alternatives.
function* alternatives(schema, root) {
  const here = resolve(schema, root);
  if (!here) return;
  yield here;
  for (const part of [...(here.oneOf ?? []), ...(here.anyOf ?? []), ...(here.allOf ?? [])]) {
    yield* alternatives(part, root);
  }
}

// All schemas that a value at the end of these keys may follow.
export function schemasAt(root, keys) {
  let schemas = [...alternatives(root, root)];
  for (const key of keys) {
    const next = [];
    for (const schema of schemas) {
      const child = typeof key === 'number'
        ? schema.items
        : schema.properties?.[key] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null);
      if (child) next.push(...alternatives(child, root));
    }
    schemas = next;
  }
  return schemas;
}

// {name, help, schema} of each key that an object at the end of these keys may have.
export function keysAt(root, keys) {
  const found = new Map();
  for (const schema of schemasAt(root, keys)) {
    for (const [name, part] of Object.entries(schema.properties ?? {})) {
      if (!found.has(name)) found.set(name, { name, help: resolve(part, root)?.description ?? '', schema: part });
    }
  }
  return [...found.values()];
}

// {word, help} of each value that may stand at the end of these keys, as JSON.
export function valuesAt(root, keys) {
  const found = new Map();
  for (const schema of schemasAt(root, keys)) {
    const add = (value) => found.set(JSON.stringify(value), { word: JSON.stringify(value), help: schema.description ?? '' });
    for (const value of schema.enum ?? []) add(value);
    if (schema.const !== undefined) add(schema.const);
    if (schema.default !== undefined) add(schema.default);
    for (const value of schema.examples ?? []) add(value);
    if (schema.type === 'boolean') [true, false].forEach(add);
  }
  return [...found.values()];
}
