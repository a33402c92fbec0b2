// SPDX-License-Identifier: Apache-2.0
// Sliders for the values of the scenario.  A slider keeps its ends while the scenario is the same.
import { useMemo, useRef } from 'preact/hooks';

import { connectionIndex, findKnobs } from './knobs.js';

// Those of the chosen connection come first, then those of the path, then the others.
function inOrder(knobs, text, chosen) {
  const own = `/connections/${connectionIndex(text, chosen)}/`;
  const rank = ({ pointer }) => (pointer.startsWith(own) ? 0 : pointer.startsWith('/path/') ? 1 : 2);
  return [...knobs].sort((one, other) => rank(one) - rank(other));
}

// onTurn(knob, words) puts the words in place of the value.
export function Sliders({ text, origin, chosen, onTurn }) {
  const scales = useRef({ origin: null, byPointer: new Map() });
  if (scales.current.origin !== origin) scales.current = { origin, byPointer: new Map() };
  const knobs = useMemo(() => inOrder(findKnobs(text), text, chosen), [text, chosen]);
  return (
    <div class="sliders">
      {knobs.length === 0 && <p class="soft">No span or ratio stands in this scenario.</p>}
      {knobs.map((knob) => {
        const known = scales.current.byPointer.get(knob.pointer);
        const scale = known?.unit === knob.unit ? known : knob;
        scales.current.byPointer.set(knob.pointer, scale);
        const position = Math.max(0, Math.min(1000, scale.position(knob.value)));
        const id = `slider${knob.pointer}`;
        return (
          <div class="slider" key={knob.pointer}>
            <label for={id}>{knob.name}</label>
            <output for={id}>{knob.text}</output>
            <input id={id} type="range" min="0" max="1000" step="5" value={position} data-pointer={knob.pointer} aria-valuetext={knob.text}
              onInput={(event) => onTurn(knob, scale.print(scale.at(Number(event.currentTarget.value))))} />
          </div>
        );
      })}
    </div>
  );
}
