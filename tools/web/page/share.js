// SPDX-License-Identifier: Apache-2.0
// A link that holds the scenario: its text, compressed, behind the #.

async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

export async function linkOf(text) {
  const packed = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  let letters = '';
  for (const byte of packed) letters += String.fromCharCode(byte);
  const word = btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `${location.href.split('#')[0]}#scenario=${word}`;
}

// The text in the link that the page was opened with; null where there is none.  Throws an Error
// where it is damaged.
export async function textOfLink() {
  const found = /^#scenario=([\w-]+)$/.exec(location.hash);
  if (!found) return null;
  try {
    const letters = atob(found[1].replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(await through(bytes, new DecompressionStream('deflate-raw')));
  } catch {
    throw new Error('The link is damaged: no scenario can be read from it.');
  }
}
