// SPDX-License-Identifier: Apache-2.0
// The ladder of one connection: stations side by side, time downwards, each packet an arrow; and the
// same as a film, in which timers run down and packets move.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import { briefSpan } from './spans.js';

const LANES = 1000; // width of the drawing of a row, in its own units
const isBetween = (row) => row.kind === 'pause' || row.kind === 'repeat' || row.kind === 'omitted';
const laneOf = (column, count) => ((column + 0.5) * LANES) / count;

// What stands at a moment of the film; `at` counts rows, 2.5 is the middle of the third.
export function momentOf(ladder, at) {
  const index = Math.min(ladder.rows.length - 1, Math.floor(at));
  const row = ladder.rows[index];
  const part = Math.min(1, at - index);
  const time = row.at + (Math.max(row.until, row.at) - row.at) * part;
  const stations = ladder.columns.map((column, i) => {
    const cell = row.cells[i];
    const left = isBetween(row) ? cell.before + (cell.left - cell.before) * part : part < 1 ? cell.left : cell.after;
    return { ...column, state: cell.state, left: Math.round(left) };
  });
  return { index, row, part, time, stations };
}

function stateText(station) {
  if (station.kind === 'host') return { nothing: 'no connection', knows: 'connected', forgot: 'ended', 'black-hole': 'believes it is connected' }[station.state];
  return { nothing: 'knows nothing', knows: `${(station.left / 10).toFixed(0)} % of its timer left`, forgot: 'has forgotten', 'black-hole': 'knows nothing' }[station.state];
}

function Station({ station }) {
  return (
    <div class={`station ${station.kind} ${station.state}`}>
      <strong title={station.name}>{station.name}</strong>
      {station.kind === 'box' && <div class="timer" aria-hidden="true"><div style={{ width: `${station.left / 10}%` }} /></div>}
      <span>{stateText(station)}</span>
    </div>
  );
}

// The strips of the stations in one row, as wide as what is left of their timers.
function Strips({ row, columns }) {
  const half = LANES / columns.length / 7;
  return (
    <svg class="strips" viewBox={`0 0 ${LANES} 100`} preserveAspectRatio="none" aria-hidden="true">
      {row.cells.map((cell, i) => {
        const x = laneOf(i, columns.length);
        if (columns[i].kind !== 'box' || cell.state === 'nothing') {
          return <line key={i} class={`lane ${cell.state}`} x1={x} x2={x} y1="0" y2="100" />;
        }
        const top = (half * cell.before) / 1000;
        const middle = (half * cell.left) / 1000;
        const bottom = (half * cell.after) / 1000;
        const points = row.kind === 'pause'
          ? `${x - top},0 ${x + top},0 ${x + middle},100 ${x - middle},100`
          : isBetween(row)
            ? `${x - bottom},0 ${x + bottom},0 ${x + bottom},100 ${x - bottom},100`
            : `${x - top},0 ${x + top},0 ${x + middle},50 ${x + bottom},50 ${x + bottom},100 ${x - bottom},100 ${x - bottom},50 ${x - middle},50`;
        return (
          <g key={i}>
            <line class={`lane ${cell.state}`} x1={x} x2={x} y1="0" y2="100" />
            <polygon class={`strip ${cell.state} at-${row.kind}`} points={points} />
          </g>
        );
      })}
    </svg>
  );
}

function Arrow({ row, count, width, part }) {
  if (row.kind !== 'packet' && row.kind !== 'event') return null;
  const scale = width / LANES;
  const from = laneOf(row.from, count) * scale;
  const to = laneOf(row.to, count) * scale;
  if (row.kind === 'event') return <circle class={`event ${row.tone}`} cx={(from + to) / 2} cy="22" r="5" />;
  const way = Math.sign(to - from) || 1;
  const end = row.delivery === 'arrived' ? to : row.delivery === 'dropped' ? to - way * 4 : to + way * 14;
  const now = from + (end - from) * part;
  return (
    <g class={`packet ${row.tone}`}>
      <line x1={from} y1="24" x2={now} y2="24" />
      {part >= 1 && row.delivery === 'arrived' && <path d={`M${end - way * 9},18 L${end},24 L${end - way * 9},30`} />}
      {part >= 1 && row.delivery !== 'arrived' && <path d={`M${end - 6},18 l12,12 m0,-12 l-12,12`} />}
      {part < 1 && <circle class="moving" cx={now} cy="24" r="5" />}
      <text x={(from + to) / 2} y="15" text-anchor="middle">{row.label}</text>
    </g>
  );
}

function Row({ row, index, ladder, width, moment, onPick }) {
  const part = moment.index === index ? moment.part : index < moment.index ? 1 : 0;
  const later = index > moment.index;
  const between = isBetween(row);
  return (
    <li class={`row ${row.kind} ${row.tone}${later ? ' later' : ''}${index === moment.index ? ' now' : ''}`} onClick={() => onPick(index)}>
      <time>{between ? '' : briefSpan(row.at)}</time>
      <div class="lanes">
        <Strips row={row} columns={ladder.columns} />
        <svg class="arrows" width={width} height="44" aria-hidden="true">
          <Arrow row={row} count={ladder.columns.length} width={width} part={later ? 1 : part} />
        </svg>
      </div>
      <p>
        {row.label && <span class="hidden">{row.label} from {ladder.columns[row.from].name} to {ladder.columns[row.to].name}, {row.delivery}. </span>}
        {between && row.kind === 'pause' && `${briefSpan(row.until - row.at)} of silence. `}{row.note}
      </p>
    </li>
  );
}

// Rows a second.
const SPEEDS = [0.5, 1, 2, 5];

function useFilm(length, playing, speed, setAt, stop) {
  useEffect(() => {
    if (!playing) return undefined;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    let last = performance.now();
    let frame = 0;
    const tick = (now) => {
      const passed = ((now - last) / 1000) * speed;
      if (!still || passed >= 1) {
        last = now;
        setAt((at) => {
          const next = still ? Math.floor(at) + 1 : at + passed;
          if (next >= length - 0.001) stop();
          return Math.min(next, length - 0.001);
        });
      }
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [length, playing, speed]);
}

function useWidth(element) {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const host = element.current;
    const watch = new ResizeObserver(() => {
      const lanes = host.querySelector('.lanes');
      if (lanes) setWidth(lanes.clientWidth);
    });
    watch.observe(host);
    return () => watch.disconnect();
  }, []);
  return width;
}

export function LadderView({ ladder }) {
  const last = ladder.rows.length - 0.001;
  const [at, setAt] = useState(last);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const rows = useRef(null);
  const width = useWidth(rows);
  useEffect(() => setAt((now) => Math.min(now, last)), [ladder]);
  useFilm(ladder.rows.length, playing, speed, setAt, () => setPlaying(false));
  const moment = useMemo(() => momentOf(ladder, Math.min(at, last)), [ladder, at]);
  const step = (by) => {
    setPlaying(false);
    setAt((now) => Math.max(0, Math.min(last, Math.floor(now) + by + 0.999)));
  };
  const play = () => {
    if (!playing && at >= last) setAt(0);
    setPlaying(!playing);
  };
  return (
    <div class="ladder">
      <div class="stations" style={{ '--columns': ladder.columns.length }}>{moment.stations.map((station) => <Station key={station.name} station={station} />)}</div>
      <div class="film" role="group" aria-label="Film of the connection">
        <button type="button" onClick={() => step(-1)} aria-label="Back one row">Back</button>
        <button type="button" onClick={play}>{playing ? '⏸ Pause' : '▶ Play'}</button>
        <button type="button" onClick={() => step(1)} aria-label="Step one row on">Step</button>
        <label>Speed <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
          {SPEEDS.map((value) => <option key={value} value={value}>{value} rows/s</option>)}
        </select></label>
        <label class="time">Time <input type="range" min="0" max={last} step="0.001" value={at} aria-valuetext={briefSpan(moment.time)}
          onInput={(event) => { setPlaying(false); setAt(Number(event.currentTarget.value)); }} /></label>
        <output>{briefSpan(moment.time)}</output>
      </div>
      <ol class="rows" ref={rows}>
        {ladder.rows.map((row, index) => (
          <Row key={index} row={row} index={index} ladder={ladder} width={width} moment={moment} onPick={(i) => setAt(Math.min(last, i + 0.999))} />
        ))}
      </ol>
      <details><summary>In sentences</summary><ul>{ladder.story.map((line, i) => <li key={i}>{line}</li>)}</ul></details>
    </div>
  );
}
