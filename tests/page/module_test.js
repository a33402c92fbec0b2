// SPDX-License-Identifier: Apache-2.0
// node module_test.js MODULE PROGRAM SCENARIOS: the module gives the results of the program, byte for byte, and says
// what is wrong with a request.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { makeEngine } from '../../tools/web/page/engine.js';
import { nativeJson, shippedScenarios, withoutFile } from './native.js';

const [moduleFile, program, folder] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(moduleFile));
const ssh = readFileSync(join(folder, 'ssh-behind-a-home-router.json'), 'utf8');

test('every shipped scenario has the result of the program, its digest included', () => {
  const engine = makeEngine(module);
  const shipped = shippedScenarios(folder);
  assert.ok(shipped.length > 50);
  for (const { name, text } of shipped) {
    const answer = engine.ask({ ask: 'run', scenario: text });
    const wanted = nativeJson(program, ['run', '--format', 'json', join(folder, name)]);
    assert.equal(withoutFile(answer.result.result), withoutFile(wanted), name);
  }
});

test('another seed is that of the program, too', () => {
  const loss = 'one-lost-ping-ends-a-tunnel-without-margin.json';
  const text = readFileSync(join(folder, loss), 'utf8');
  const answer = makeEngine(module).ask({ ask: 'run', scenario: text, seed: 7 });
  const wanted = nativeJson(program, ['run', '--seed', '7', '--format', 'json', join(folder, loss)]);
  assert.equal(withoutFile(answer.result.result), withoutFile(wanted));
});

test('a sweep has the points and boundaries of the program, and tells how far it is', () => {
  const axis = '/connections/3/strategy/ssh/server_alive_interval=4m,5m,6m';
  const steps = [];
  const engine = makeEngine(module, (words, done, total) => steps.push([words, done, total]));
  const answer = engine.ask({ ask: 'sweep', scenario: ssh, axes: [axis], runs: 20 });
  const file = join(folder, 'ssh-behind-a-home-router.json');
  const wanted = nativeJson(program, ['sweep', file, '--axis', axis, '--format', 'json']);
  assert.equal(withoutFile(answer.result.result), withoutFile(wanted));
  assert.deepEqual(steps.at(-1), ['points', 3, 3]);
  assert.match(answer.result.svg, /^<svg|^<\?xml/);
});

test('advice is that of the program', () => {
  const engine = makeEngine(module);
  const answer = engine.ask({ ask: 'advise', scenario: ssh, connection: 'every-6m' });
  const file = join(folder, 'ssh-behind-a-home-router.json');
  const wanted = nativeJson(program, ['advise', file, 'every-6m', '--format', 'json']);
  assert.equal(withoutFile(answer.result.result), withoutFile(wanted));
});

test('a ladder has a row for each packet that counts, and a cell for each station in it', () => {
  const engine = makeEngine(module);
  const { ladder, svg } = engine.ask({ ask: 'ladder', scenario: ssh, connection: 'every-6m' }).result;
  assert.deepEqual(ladder.columns.map((column) => column.kind), ['host', 'box', 'host']);
  for (const row of ladder.rows) assert.equal(row.cells.length, 3);
  assert.ok(ladder.rows.some((row) => row.cells[1].state === 'forgot'));
  assert.match(svg, /<svg/);
});

test('mistakes have their line and column, and the engine works on', () => {
  const engine = makeEngine(module);
  const wrong = engine.ask({ ask: 'check', scenario: ssh.replace('"duration": "1h"', '"duration": "1x"') });
  assert.equal(wrong.result, undefined);
  assert.equal(wrong.mistakes[0].pointer, '/duration');
  assert.equal(wrong.mistakes[0].line, 6);
  assert.equal(wrong.mistakes[0].column, 15);
  for (const text of ['', '{', '[]', 'null', '\u0000', '{"path": 7}', '['.repeat(100000), '"\ud800']) {
    assert.ok(engine.ask({ ask: 'run', scenario: text }).mistakes.length > 0);
  }
  assert.ok(engine.ask({ ask: 'check', scenario: ssh }).result.connections.length === 6);
});

test('requests that are no requests are refused', () => {
  const engine = makeEngine(module);
  for (const request of [{ ask: 'dance' }, { ask: 7 }, [], 3, { ask: 'run', scenario: ssh, seed: -1 },
    { ask: 'run', scenario: ssh, seed: 2 ** 63 }, { ask: 'sweep', scenario: ssh, runs: 0 },
    { ask: 'sweep', scenario: ssh, axes: ['nothing=1'] }, { ask: 'ladder', scenario: ssh, connection: 'nobody' },
    { ask: 'advise', scenario: ssh, connection: 'every-6m', survive: 'long' }, { ask: 'profile', name: 'x' }]) {
    assert.ok(engine.ask(request).mistakes?.length > 0, JSON.stringify(request));
  }
});

test('what would need files is a mistake', () => {
  const text = ssh.replace('"profile": "home-router"', '"profile": "./mine.json"');
  const answer = makeEngine(module).ask({ ask: 'check', scenario: text });
  assert.match(answer.mistakes[0].message, /does not exist/);
});
