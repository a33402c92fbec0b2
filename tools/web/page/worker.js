// SPDX-License-Identifier: Apache-2.0
// Runs the simulator beside the page, so that the page never waits.
import { makeEngine } from './engine.js';

let engine = null;

onmessage = ({ data }) => {
  if (data.module) {
    engine = makeEngine(data.module, (words, done, total) =>
      postMessage({ progress: { words, done, total } }));
    return;
  }
  try {
    postMessage({ id: data.id, answer: engine.ask(data.request) });
  } catch (error) {
    postMessage({ id: data.id, failed: error.message });
  }
};
