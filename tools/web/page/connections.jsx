// SPDX-License-Identifier: Apache-2.0
// What became of each connection.
import { briefSpan } from './spans.js';

const GOOD = new Set(['alive', 'closed']);

// The verdict of a connection in a word, whether it is good, and the reason.
export function verdictOf(connection) {
  const good = GOOD.has(connection.outcome);
  return { good, word: good ? `holds (${connection.outcome})` : connection.outcome };
}

export function blameOf(blame) {
  if (!blame?.who) return '';
  const timer = blame.timer ? `: ${blame.timer}${blame.timeout ? ` ${briefSpan(blame.timeout)}` : ''}` : '';
  return `${blame.who}${timer}`;
}

function sideText(side) {
  if (!side) return '–';
  const noticed = side.noticed_at === null ? '' : ` at ${briefSpan(side.noticed_at)}`;
  return `${side.outcome}${noticed}`;
}

function closest(call) {
  return call ? `${briefSpan(call.left)} left of ${briefSpan(call.timeout)}` : '–';
}

function Row({ connection, chosen, onChoose }) {
  const { good, word } = verdictOf(connection);
  const forgotten = [connection.client?.forgotten_at, connection.server?.forgotten_at].filter((at) => at !== null && at !== undefined);
  return (
    <tr class={chosen ? 'chosen' : ''}>
      <th scope="row">
        <button type="button" class="link" aria-pressed={chosen} onClick={() => onChoose(connection.name)}>{connection.name}</button>
      </th>
      <td data-label="Verdict"><span class={good ? 'verdict good' : 'verdict bad'}>{good ? '✓' : '✗'} {word}</span></td>
      <td data-label="Blame">{blameOf(connection.blame) || '–'}</td>
      <td data-label="Client">{sideText(connection.client)}</td>
      <td data-label="Server">{sideText(connection.server)}</td>
      <td data-label="Dead from">{forgotten.length > 0 ? briefSpan(Math.min(...forgotten)) : '–'}</td>
      <td data-label="Closest call">{closest(connection.closest_call)}</td>
    </tr>
  );
}

export function Connections({ run, chosen, onChoose }) {
  return (
    <div class="scroll" tabIndex="0" role="region" aria-label="Table of connections">
      <table class="connections">
        <caption>{run.title || 'Connections'}: {briefSpan(run.duration)} simulated, seed {run.seed}, digest <code>{run.digest}</code></caption>
        <thead>
          <tr>
            <th scope="col">Connection</th><th scope="col">Verdict</th><th scope="col">Blame</th><th scope="col">Client</th>
            <th scope="col">Server</th><th scope="col">Dead from</th><th scope="col">Closest call</th>
          </tr>
        </thead>
        <tbody>
          {run.connections.map((connection) => (
            <Row key={connection.name} connection={connection} chosen={connection.name === chosen} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

// In a sentence: which connections hold, and who ends the others.
export function summaryOf(run) {
  const held = run.connections.filter((connection) => verdictOf(connection).good).map(({ name }) => name);
  const lost = run.connections.filter((connection) => !verdictOf(connection).good);
  const who = [...new Set(lost.map((connection) => blameOf(connection.blame)).filter(Boolean))];
  const list = (names) => names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
  if (lost.length === 0) return held.length === 1 ? `${held[0]} holds.` : `All ${held.length} connections hold.`;
  const because = who.length > 0 ? `, because of ${list(who)}` : '';
  const dies = `${list(lost.map(({ name }) => name))} ${lost.length === 1 ? 'does' : 'do'} not${because}`;
  return held.length === 0 ? `None holds: ${dies}.` : `${list(held)} ${held.length === 1 ? 'holds' : 'hold'}; ${dies}.`;
}

export function Expectations({ run }) {
  if (run.expectations.length === 0) return null;
  const failed = run.expectations.filter(({ holds }) => !holds);
  return (
    <details open={failed.length > 0}>
      <summary>{failed.length === 0 ? `All ${run.expectations.length} expectations hold` : `${failed.length} of ${run.expectations.length} expectations do not hold`}</summary>
      <ul class="expectations">
        {run.expectations.map((one) => (
          <li key={one.pointer + one.expect} class={one.holds ? 'good' : 'bad'}>
            {one.holds ? '✓' : '✗'} {one.expect}{one.holds ? '' : ` – found: ${one.found}`}
          </li>
        ))}
      </ul>
    </details>
  );
}
