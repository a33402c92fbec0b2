// SPDX-License-Identifier: Apache-2.0
// A sweep: one value varied as curves, two as a heat map, with the line where connections cease to hold.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { blameOf } from './connections.jsx';
import { Downloads } from './downloads.jsx';
import { connectionIndex, findKnobs, valuesAround } from './knobs.js';
import { briefSpan } from './spans.js';

const share = (tally) => (tally.runs > 0 ? tally.held / tally.runs : 0);
const wordOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
// What a path ends with: "tcp.established" of /path/1/middlebox/timeouts/tcp.established.
const lastKey = (path) => path.split('/').filter(Boolean).slice(path.startsWith('/') ? -1 : 0).join('/');

function tallyOf(point, name) {
  return point.connections.find((connection) => connection.name === name);
}

// Steps of colour from none to all; the hatched pattern tells them apart without colour.
const shade = (part) => `color-mix(in srgb, var(--good-fill) ${Math.round(part * 100)}%, var(--bad-fill))`;

export function HeatMap({ sweep, name }) {
  const [rows, columns] = sweep.axes;
  const cell = { width: 58, height: 34 };
  const left = 110;
  const top = 58;
  const points = new Map(sweep.points.map((point) => [JSON.stringify(point.values), point]));
  const tally = (i, j) => {
    const point = points.get(JSON.stringify([rows.values[i], columns.values[j]]));
    return point && tallyOf(point, name);
  };
  const holds = (i, j) => {
    const found = tally(i, j);
    return found && 2 * found.held > found.runs;
  };
  const edges = [];
  for (let i = 0; i < rows.values.length; ++i) {
    for (let j = 0; j < columns.values.length; ++j) {
      const x = left + j * cell.width;
      const y = top + i * cell.height;
      if (j > 0 && holds(i, j) !== holds(i, j - 1)) edges.push(`M${x},${y}v${cell.height}`);
      if (i > 0 && holds(i, j) !== holds(i - 1, j)) edges.push(`M${x},${y}h${cell.width}`);
    }
  }
  const width = left + columns.values.length * cell.width + 8;
  const height = top + rows.values.length * cell.height + 8;
  return (
    <div class="scroll" tabIndex="0" role="region" aria-label="Heat map">
      <svg class="heat" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`How often ${name} held, by ${lastKey(rows.path)} and ${lastKey(columns.path)}; the same stands in the table below`}>
        <text x="0" y="13">{lastKey(rows.path)} ↓</text>
        <text x={left} y="31" class="axis">{lastKey(columns.path)} →</text>
        {columns.values.map((value, j) => <text key={j} x={left + (j + 0.5) * cell.width} y="50" text-anchor="middle">{wordOf(value)}</text>)}
        {rows.values.map((value, i) => <text key={i} x={left - 8} y={top + (i + 0.62) * cell.height} text-anchor="end">{wordOf(value)}</text>)}
        {rows.values.map((_row, i) => columns.values.map((_column, j) => {
          const found = tally(i, j);
          const x = left + j * cell.width;
          const y = top + i * cell.height;
          return (
            <g key={`${i} ${j}`}>
              <rect x={x} y={y} width={cell.width} height={cell.height} style={{ fill: found ? shade(share(found)) : 'none' }}>
                <title>{found ? `${found.held} of ${found.runs} held${blameOf(found.blame) ? `; ${blameOf(found.blame)}` : ''}` : 'not run'}</title>
              </rect>
              <text x={x + cell.width / 2} y={y + 22} text-anchor="middle" class="cell">{found ? (found.runs === 1 ? (found.held ? '✓' : '✗') : `${found.held}/${found.runs}`) : ''}</text>
            </g>
          );
        }))}
        <path class="boundary" d={edges.join('')} />
      </svg>
    </div>
  );
}

function seriesOf(sweep, name) {
  const numbers = sweep.axes[0].numbers;
  const points = sweep.points.map((point) => ({ x: point.numbers[0], tally: tallyOf(point, name) }))
    .filter(({ x, tally }) => typeof x === 'number' && tally).sort((one, other) => one.x - other.x);
  return { numbers, points };
}

function cssColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function Curves({ sweep, name }) {
  const place = useRef(null);
  const { points } = useMemo(() => seriesOf(sweep, name), [sweep, name]);
  const axis = sweep.axes[0];
  const span = axis.unit === 'seconds';
  useEffect(() => {
    const host = place.current;
    if (points.length < 2 || !host) return undefined;
    const width = () => Math.max(280, host.clientWidth);
    const low = points.map(({ tally }) => 100 * (tally.confidence?.[0] ?? share(tally)));
    const high = points.map(({ tally }) => 100 * (tally.confidence?.[1] ?? share(tally)));
    const ink = cssColour('--ink');
    const grid = cssColour('--line');
    const boundaries = points.slice(1).flatMap(({ x, tally }, i) =>
      (share(tally) > 0.5) !== (share(points[i].tally) > 0.5) ? [(x + points[i].x) / 2] : []);
    const draw = (plot) => {
      for (const at of boundaries) {
        const x = plot.valToPos(at, 'x', true);
        plot.ctx.save();
        plot.ctx.strokeStyle = cssColour('--bad');
        plot.ctx.lineWidth = 2 * devicePixelRatio;
        plot.ctx.setLineDash([8, 6]);
        plot.ctx.beginPath();
        plot.ctx.moveTo(x, plot.bbox.top);
        plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
        plot.ctx.stroke();
        plot.ctx.restore();
      }
    };
    const side = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    const positive = points.every(({ x }) => x > 0);
    const plot = new uPlot({
      width: width(), height: 260,
      scales: { x: { time: false, distr: positive && points.at(-1).x > 20 * points[0].x ? 3 : 1 }, y: { range: [0, 100] } },
      axes: [{ ...side, values: (_plot, ticks) => ticks.map((tick) => tick === null ? '' : span ? briefSpan(tick) : String(tick)) },
        { ...side, size: 62, values: (_plot, ticks) => ticks.map((tick) => `${tick} %`) }],
      series: [{ label: lastKey(axis.path), value: (_plot, value) => value === null ? '–' : span ? briefSpan(value) : String(value) },
        { label: 'at least', stroke: 'transparent', points: { show: false } },
        { label: 'held', stroke: cssColour('--accent'), width: 2, value: (_plot, value) => value === null ? '–' : `${value.toFixed(0)} %` },
        { label: 'at most', stroke: 'transparent', points: { show: false } }],
      bands: [{ series: [3, 1], fill: cssColour('--band') }],
      hooks: { draw: [draw] },
    }, [points.map(({ x }) => x), low, points.map(({ tally }) => 100 * share(tally)), high], host);
    const watch = new ResizeObserver(() => plot.setSize({ width: width(), height: 260 }));
    watch.observe(host);
    return () => { watch.disconnect(); plot.destroy(); };
  }, [points]);
  return <div class="curves" ref={place} role="img" aria-label={`How often ${name} held over ${lastKey(axis.path)}; the same stands in the table below`} />;
}

// One line each; of many the first ones, and the rest on demand.
function Boundaries({ boundaries }) {
  const words = [...new Set(boundaries.map(({ text }) => text))];
  const line = (text) => <p key={text} class="boundary-words">{text}</p>;
  if (words.length <= 3) return words.map(line);
  return <details><summary class="boundary-words">{words.length} boundaries: {words[0]}, …</summary>{words.map(line)}</details>;
}

function SweepTable({ sweep, name }) {
  return (
    <details><summary>Table of the sweep</summary>
      <div class="scroll" tabIndex="0" role="region" aria-label="Table of the sweep">
        <table>
          <thead><tr>{sweep.axes.map((axis) => <th scope="col" key={axis.path}>{lastKey(axis.path)}</th>)}<th scope="col">Held</th><th scope="col">Blame</th></tr></thead>
          <tbody>
            {sweep.points.map((point) => {
              const tally = tallyOf(point, name);
              return (
                <tr key={JSON.stringify(point.values)}>
                  {point.values.map((value, i) => <td key={i}>{wordOf(value)}</td>)}
                  <td>{tally.held} of {tally.runs}</td><td>{blameOf(tally.blame) || '–'}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Axis({ label, knobs, axis, optional, onChange }) {
  const choose = (pointer) => {
    const knob = knobs.find((one) => one.pointer === pointer);
    onChange(knob ? { pointer, values: valuesAround(knob, optional ? 7 : 13) } : null);
  };
  return (
    <fieldset>
      <legend>{label}</legend>
      <label>Value <select value={axis?.pointer ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
        {(optional || !axis) && <option value="">{optional ? 'nothing' : 'the scenario’s own sweep'}</option>}
        {knobs.map((knob) => <option key={knob.pointer} value={knob.pointer}>{knob.name}</option>)}
      </select></label>
      {axis && <label>from <input type="text" value={axis.values} spellcheck={false} onInput={(event) => onChange({ ...axis, values: event.currentTarget.value })} /></label>}
    </fieldset>
  );
}

// The value of the chosen connection that keeps it alive, or the first one.
export function usualKnob(knobs, text, chosen) {
  const own = knobs.filter(({ pointer }) => pointer.startsWith(`/connections/${connectionIndex(text, chosen)}/`));
  return own.find(({ pointer }) => /interval|idle|ping|keep/.test(pointer)) ?? own[0] ?? knobs[0];
}

// ask(request, {progress}) of a simulator; long answers, which onCancel ends.
export function SweepView({ text, chosen, ask, onCancel }) {
  const knobs = useMemo(() => findKnobs(text), [text]);
  const usual = usualKnob(knobs, text, chosen);
  const [axes, setAxes] = useState([null, null]);
  const [runs, setRuns] = useState(20);
  const [state, setState] = useState({});
  const known = (axis) => axis && knobs.some(({ pointer }) => pointer === axis.pointer);
  const first = known(axes[0]) ? axes[0] : usual ? { pointer: usual.pointer, values: valuesAround(usual) } : null;
  const second = known(axes[1]) ? axes[1] : null;
  const start = async (event) => {
    event.preventDefault();
    setState({ busy: true });
    const wanted = [first, second].filter(Boolean).map(({ pointer, values }) => `${pointer}=${values}`);
    setState(await ask({ ask: 'sweep', scenario: text, axes: wanted, runs },
      (progress) => setState({ busy: true, progress })));
  };
  const sweep = state.result?.result;
  const names = sweep?.points[0]?.connections.map(({ name }) => name) ?? [];
  const name = names.includes(chosen) ? chosen : names[0];
  const boundaries = sweep?.boundaries.filter(({ connection }) => connection === name) ?? [];
  return (
    <div>
      <form class="question" onSubmit={start}>
        <Axis label="Vary" knobs={knobs} axis={first} onChange={(axis) => setAxes([axis, axes[1]])} />
        <Axis label="and" knobs={knobs} axis={second} optional onChange={(axis) => setAxes([axes[0], axis])} />
        <label>Runs where chance decides <input type="number" min="1" max="1000" value={runs} onInput={(event) => setRuns(Number(event.currentTarget.value) || 1)} /></label>
        {state.busy ? <button type="button" onClick={onCancel}>Cancel</button> : <button type="submit" class="primary">Sweep</button>}
      </form>
      <p role="status">{state.busy && (state.progress ? `${state.progress.done} of ${state.progress.total} points` : 'Planning …')}</p>
      {state.problem && <p class="problem" role="alert">{state.problem}</p>}
      {sweep && name && (
        <>
          <h3>{name}</h3>
          <Boundaries boundaries={boundaries} />
          {boundaries.length === 0 && <p>It {share(tallyOf(sweep.points[0], name)) > 0.5 ? 'holds' : 'does not hold'} at every value that was tried.</p>}
          {sweep.axes.length === 2 && <HeatMap sweep={sweep} name={name} />}
          {sweep.axes.length === 1 && <Curves sweep={sweep} name={name} />}
          <SweepTable sweep={sweep} name={name} />
          <Downloads name="sweep" json={sweep} csv={state.result.csv} svg={state.result.svg} />
        </>
      )}
    </div>
  );
}
