// SPDX-License-Identifier: Apache-2.0
// The simulator as a WebAssembly module: JSON in, JSON out.  Works in a Worker and in Node.

// What the module imports of WASI.  It has no files, no clock and no environment; what it writes are
// the words of a programmer's mistake, just before it ends.
function system(memory, told) {
  const view = () => new DataView(memory().buffer);
  return {
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return 0;
    },
    environ_get: () => 0,
    fd_close: () => 0,
    fd_seek: () => 70, // ESPIPE
    fd_write(_file, parts, count, written) {
      let bytes = 0;
      for (let i = 0; i < count; ++i) {
        const from = view().getUint32(parts + 8 * i, true);
        const size = view().getUint32(parts + 8 * i + 4, true);
        told.words += new TextDecoder().decode(new Uint8Array(memory().buffer, from, size));
        bytes += size;
      }
      view().setUint32(written, bytes, true);
      return 0;
    },
    proc_exit(code) {
      throw new Error(`the simulator ended with ${code}`);
    },
  };
}

// An engine of a compiled module.  ask(request) returns the answer, as laboratory.h says.  After an
// error of it the engine is of no use any more.
export function makeEngine(module, progress = () => {}) {
  const told = { words: '' };
  let exports = null;
  const memory = () => exports.memory;
  const text = (from, size) => new TextDecoder().decode(new Uint8Array(memory().buffer, from, size));
  const instance = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: system(memory, told),
    page: { progress: (from, size, done, total) => progress(text(from, size), done, total) },
  });
  exports = instance.exports;
  exports._initialize();
  return {
    ask(request) {
      const bytes = new TextEncoder().encode(JSON.stringify(request));
      try {
        const room = exports.request(bytes.length);
        new Uint8Array(memory().buffer, room, bytes.length).set(bytes);
        const size = exports.answer();
        return JSON.parse(text(exports.answer_text(), size));
      } catch (error) {
        throw new Error(told.words.trim() || error.message);
      }
    },
  };
}
