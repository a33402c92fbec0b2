// SPDX-License-Identifier: Apache-2.0
// The program, as the tests compare the page with it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// The shipped scenarios: {name, text}.
export function shippedScenarios(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

// What `stayalive ARGUMENTS` prints as JSON; whether expectations hold does not matter here.
export function nativeJson(program, args, input) {
  const ran = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 1 << 30 });
  if (ran.status !== 0 && ran.status !== 1) throw new Error(`${args.join(' ')}: ${ran.stderr}`);
  return JSON.parse(ran.stdout);
}

// Where a result came from is the only thing in which two of one scenario may differ.
export function withoutFile(result) {
  return JSON.stringify(result, (key, value) => (key === 'scenario' || key === 'through' ? '' : value));
}
