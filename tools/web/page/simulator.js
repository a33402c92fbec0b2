// SPDX-License-Identifier: Apache-2.0
// The simulator as the page knows it: questions, answered one after the other by a Worker.

let source = null;

// The module stands in the page, compressed, as base64.
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

function load() {
  source ??= {
    module: unpack(document.getElementById('engine').textContent.trim()),
    script: URL.createObjectURL(
      new Blob([document.getElementById('worker').textContent], { type: 'text/javascript' })),
  };
  return source;
}

// Superseded: another question of the same kind was asked meanwhile.
export class Superseded extends Error {}

// One Worker and what waits for it.  Of questions of one kind ("run", "ladder") only the last is
// asked.  A Worker that fails is replaced, and the one who asked gets an Error.
export class Simulator {
  #worker = null;
  #waiting = new Map();
  #current = null;
  #ids = 0;

  ask(request, { kind = request.ask, progress } = {}) {
    return new Promise((resolve, reject) => {
      this.#waiting.get(kind)?.reject(new Superseded());
      this.#waiting.set(kind, { request, resolve, reject, progress });
      this.#next();
    });
  }

  // Ends what is going on and forgets what waits.
  cancel() {
    const dropped = [...this.#waiting.values(), ...(this.#current ? [this.#current] : [])];
    this.#waiting.clear();
    this.#replace();
    for (const job of dropped) job.reject(new Superseded());
  }

  async #begin() {
    const { module, script } = load();
    const worker = new Worker(script);
    worker.onmessage = ({ data }) => this.#take(worker, data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(worker, event.message);
    };
    this.#worker = worker;
    try {
      const compiled = await module;
      if (this.#worker === worker) worker.postMessage({ module: compiled });
    } catch (error) {
      this.#fail(worker, error.message);
    }
  }

  async #next() {
    if (this.#current || this.#waiting.size === 0) return;
    const [kind, job] = this.#waiting.entries().next().value;
    this.#waiting.delete(kind);
    job.id = ++this.#ids;
    this.#current = job;
    if (!this.#worker) await this.#begin();
    if (this.#current === job && this.#worker) {
      this.#worker.postMessage({ id: job.id, request: job.request });
    }
  }

  #take(worker, data) {
    if (worker !== this.#worker) return;
    if (data.progress) {
      this.#current?.progress?.(data.progress);
    } else if (data.failed !== undefined) {
      this.#fail(worker, data.failed);
    } else if (data.id === this.#current?.id) {
      const job = this.#current;
      this.#current = null;
      job.resolve(data.answer);
      this.#next();
    }
  }

  #fail(worker, message) {
    if (worker !== this.#worker) return;
    const job = this.#current;
    this.#replace();
    job?.reject(new Error(`The simulator stopped (${message}) and was started again.`));
    this.#next();
  }

  #replace() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#current = null;
  }
}
