// SPDX-License-Identifier: Apache-2.0
import { pngOf, save } from './download.js';

// Buttons for what there is: json is any value, csv and svg are texts.
export function Downloads({ name, json, csv, svg }) {
  return (
    <p class="downloads">
      <span>Download</span>
      {json && <button type="button" onClick={() => save(`${name}.json`, `${JSON.stringify(json, null, 2)}\n`, 'application/json')}>JSON</button>}
      {csv && <button type="button" onClick={() => save(`${name}.csv`, csv, 'text/csv')}>CSV</button>}
      {svg && <button type="button" onClick={() => save(`${name}.svg`, svg, 'image/svg+xml')}>SVG</button>}
      {svg && <button type="button" onClick={async () => save(`${name}.png`, await pngOf(svg), 'image/png')}>PNG</button>}
    </p>
  );
}
