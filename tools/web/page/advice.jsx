// SPDX-License-Identifier: Apache-2.0
// Which interval to use, with the window of those that hold.
import { useState } from 'preact/hooks';

import { Downloads } from './downloads.jsx';
import { briefSpan } from './spans.js';

// Intervals on one logarithmic line: those that hold, and the marks upon it.
export function Window({ advice }) {
  const marks = [
    advice.shortest && { at: advice.shortest.interval, word: 'shortest' },
    advice.recommended && { at: advice.recommended.interval, word: 'use', best: true },
    advice.longest && { at: advice.longest.interval, word: 'longest' },
    advice.longest?.beyond && { at: advice.longest.beyond.interval, word: 'fails', bad: true },
    advice.today?.interval > 0 && { at: advice.today.interval, word: 'today', bad: !advice.today.holds },
  ].filter(Boolean).sort((one, other) => one.at - other.at);
  if (marks.length === 0) return null;
  const least = Math.max(0.001, marks[0].at / 2);
  const most = marks.at(-1).at * 2;
  const width = 720;
  const x = (at) => 20 + ((width - 40) * Math.log(at / least)) / Math.log(most / least);
  const rows = [];
  const placed = marks.map((mark) => {
    const middle = Math.min(width - 60, Math.max(60, x(mark.at)));
    let row = rows.findIndex((end) => end + 8 < middle - 55);
    if (row < 0) row = rows.length;
    rows[row] = middle + 55;
    return { ...mark, middle, row };
  });
  const line = 22 + 20 * rows.length;
  const words = `Intervals from ${briefSpan(advice.shortest?.interval)} to ${briefSpan(advice.longest?.interval)} hold; use ${briefSpan(advice.recommended?.interval)}.`;
  return (
    <svg class="window" viewBox={`0 0 ${width} ${line + 46}`} role="img" aria-label={advice.shortest ? words : 'No interval holds.'}>
      <rect class="fails" x="20" y={line} width={width - 40} height="22" />
      {advice.shortest && <rect class="holds" x={x(advice.shortest.interval)} y={line} width={Math.max(3, x(advice.longest.interval) - x(advice.shortest.interval))} height="22" />}
      {placed.map((mark, i) => (
        <g key={i} class={mark.best ? 'best' : mark.bad ? 'bad' : ''}>
          <line x1={x(mark.at)} x2={x(mark.at)} y1={mark.row * 20 + 20} y2={line + 26} />
          <text x={mark.middle} y={mark.row * 20 + 16} text-anchor="middle">{mark.word} {briefSpan(mark.at)}</text>
        </g>
      ))}
      <text x="20" y={line + 42}>← more packets</text>
      <text x={width - 20} y={line + 42} text-anchor="end">longer intervals →</text>
    </svg>
  );
}

function Found({ advice, text, csv }) {
  const chosen = advice.recommended;
  return (
    <>
      <h3>{chosen ? `Use ${briefSpan(chosen.interval)}` : 'No interval holds'}</h3>
      {advice.longest?.beyond && <p>{briefSpan(advice.longest.beyond.interval)} is too long: {advice.longest.beyond.because}.</p>}
      {!chosen && advice.contradiction.map((one, i) => <p key={i}>{briefSpan(one.interval)}: {one.because}.</p>)}
      <Window advice={advice} />
      {chosen?.paste.map(({ where, lines }) => (
        <figure key={where}><figcaption>{where}</figcaption><pre tabIndex="0">{lines}</pre></figure>
      ))}
      <details><summary>All of it in words</summary><pre class="words" tabIndex="0">{text}</pre></details>
      <Downloads name="advice" json={advice} csv={csv} />
    </>
  );
}

export function AdviceView({ text, connections, chosen, ask, onCancel }) {
  const possible = connections.filter(({ advisable }) => advisable).map(({ name }) => name);
  const [wanted, setWanted] = useState(null);
  const [survive, setSurvive] = useState('');
  const [notice, setNotice] = useState('');
  const [state, setState] = useState({});
  const name = possible.includes(wanted) ? wanted : possible.includes(chosen) ? chosen : possible[0];
  const start = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    setState(await ask({ ask: 'advise', scenario: text, connection: name, survive: survive.trim(), notice_within: notice.trim() },
      (progress) => setState({ busy: true, progress })));
  };
  if (possible.length === 0) return <p>No connection of this scenario sends keepalives whose interval could be searched.</p>;
  return (
    <div>
      <form class="question" onSubmit={start}>
        <label>Connection <select value={name} onChange={(event) => setWanted(event.currentTarget.value)}>
          {possible.map((one) => <option key={one} value={one}>{one}</option>)}
        </select></label>
        <label>has to hold for <input type="text" value={survive} placeholder="as long as the scenario" onInput={(event) => setSurvive(event.currentTarget.value)} /></label>
        <label>and notice a crash within <input type="text" value={notice} placeholder="any time" onInput={(event) => setNotice(event.currentTarget.value)} /></label>
        {state.busy ? <button type="button" onClick={onCancel}>Cancel</button> : <button type="submit" class="primary">Advise</button>}
      </form>
      <p role="status">{state.busy && (state.progress?.words ?? 'Beginning …')}</p>
      {state.problem && <p class="problem" role="alert">{state.problem}</p>}
      {state.result && <Found advice={state.result.result} text={state.result.text} csv={state.result.csv} />}
    </div>
  );
}
