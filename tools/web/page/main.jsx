// SPDX-License-Identifier: Apache-2.0
// The web laboratory: a scenario, its result, and what is asked about it.
import { render } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { AdviceView } from './advice.jsx';
import { Chooser } from './chooser.jsx';
import { Connections, Expectations, summaryOf, verdictOf } from './connections.jsx';
import { save } from './download.js';
import { Downloads } from './downloads.jsx';
import { Editor } from './editor.jsx';
import { LadderView } from './ladder.jsx';
import { linkOf, textOfLink } from './share.js';
import { Simulator, Superseded } from './simulator.js';
import { Sliders } from './sliders.jsx';
import { SweepView } from './sweep.jsx';

const scenarios = JSON.parse(document.getElementById('scenarios').textContent);
const FIRST = scenarios.find(({ name }) => name === 'ssh-behind-a-home-router.json') ?? scenarios[0];
const quick = new Simulator(); // checks, runs and ladders
const long = new Simulator(); // sweeps and advice, which may be cancelled

const problemOf = (answer) => answer.mistakes.map(({ text }) => text.replace(/^scenario:/, 'line ')).join('\n');

// A long question as {result} or {problem}; {} when it was cancelled.
async function askLong(request, progress) {
  try {
    const answer = await long.ask(request, { kind: 'long', progress });
    return answer.result ? { result: answer.result } : { problem: problemOf(answer) };
  } catch (error) {
    return error instanceof Superseded ? {} : { problem: error.message };
  }
}

// What the text comes to: {about, run, connections, mistakes, problem, ladder}.
function useResult(text, chosen) {
  const [found, setFound] = useState({ mistakes: [] });
  const [ladder, setLadder] = useState({});
  const [seed, setSeed] = useState(null);
  const merge = (part) => setFound((now) => ({ ...now, ...part }));
  useEffect(() => {
    quick.ask({ ask: 'about' }).then(({ result }) => merge({ about: { ...result, schema: JSON.parse(result.schema) } }),
      (error) => merge({ problem: error.message }));
  }, []);
  useEffect(() => {
    let current = true;
    const begin = performance.now();
    const ask = async () => {
      const checked = await quick.ask({ ask: 'check', scenario: text });
      if (!current) return;
      if (checked.mistakes) return merge({ mistakes: checked.mistakes, problem: null, stale: true });
      merge({ mistakes: [], connections: checked.result.connections });
      const ran = await quick.ask({ ask: 'run', scenario: text, ...(seed === null ? {} : { seed }) });
      if (!current) return;
      if (ran.mistakes) return merge({ problem: problemOf(ran), stale: true });
      merge({ ran: ran.result, run: ran.result.result.runs[0], problem: null, stale: false, ranText: text, took: performance.now() - begin });
    };
    ask().catch((error) => {
      if (current && !(error instanceof Superseded)) merge({ problem: error.message, stale: true });
    });
    return () => { current = false; };
  }, [text, seed]);
  const drawable = found.connections?.filter((connection) => connection.drawable).map(({ name }) => name) ?? [];
  const shown = drawable.includes(chosen) ? chosen : null;
  useEffect(() => {
    if (!shown || found.ranText !== text) return undefined;
    let current = true;
    quick.ask({ ask: 'ladder', scenario: text, connection: shown, ...(seed === null ? {} : { seed }) }).then((answer) => {
      if (current) setLadder(answer.result ? { ...answer.result, name: shown } : { problem: problemOf(answer) });
    }, (error) => {
      if (current && !(error instanceof Superseded)) setLadder({ problem: error.message });
    });
    return () => { current = false; };
  }, [shown, found.ranText, text, seed]);
  return { ...found, ladder: shown ? ladder : {}, shown, drawable, seed, setSeed };
}

function Mistakes({ mistakes, problem, onShow }) {
  if (mistakes.length === 0 && !problem) return null;
  return (
    <div class="problem" role="alert">
      {problem && <p>{problem}</p>}
      {mistakes.length > 0 && (
        <ul>
          {mistakes.slice(0, 20).map((mistake, i) => (
            <li key={i}><button type="button" class="link" onClick={() => onShow(mistake)}>Line {mistake.line}, column {mistake.column}</button>{' '}
              {mistake.message}{mistake.allowed && `; allowed: ${mistake.allowed}`}{mistake.suggestion && `; did you mean ${mistake.suggestion}?`}</li>
          ))}
          {mistakes.length > 20 && <li>and {mistakes.length - 20} more</li>}
        </ul>
      )}
    </div>
  );
}

const TABS = [['ladder', 'Ladder'], ['chart', 'Time line'], ['sweep', 'Sweep'], ['advice', 'Advice']];

function Tabs({ tab, onChoose }) {
  const move = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = (TABS.findIndex(([name]) => name === tab) + by + TABS.length) % TABS.length;
    onChoose(TABS[next][0]);
    document.getElementById(`tab-${TABS[next][0]}`).focus();
  };
  return (
    <div role="tablist" aria-label="Ways to look at it" onKeyDown={move}>
      {TABS.map(([name, title]) => (
        <button type="button" role="tab" key={name} id={`tab-${name}`} aria-selected={tab === name} aria-controls={`panel-${name}`}
          tabIndex={tab === name ? 0 : -1} onClick={() => onChoose(name)}>{title}</button>
      ))}
    </div>
  );
}

function Panel({ name, tab, children }) {
  return <div role="tabpanel" id={`panel-${name}`} aria-labelledby={`tab-${name}`} hidden={tab !== name}>{children}</div>;
}

function Share({ text }) {
  const [said, setSaid] = useState('');
  const [link, setLink] = useState('');
  const share = async () => {
    const made = await linkOf(text);
    history.replaceState(null, '', made);
    setLink(made);
    try {
      await navigator.clipboard.writeText(made);
      setSaid('The link is in the clipboard.');
    } catch {
      setSaid('Copy the link:');
    }
  };
  return (
    <span class="share">
      <button type="button" onClick={share}>Share</button>
      <span role="status">{said}</span>
      {link && <input type="text" readOnly value={link} aria-label="Link with this scenario" onFocus={(event) => event.currentTarget.select()} />}
    </span>
  );
}

function Answers({ result, chosen, onChoose, text }) {
  const [tab, setTab] = useState('ladder');
  const { run, ladder } = result;
  return (
    <section class={result.stale ? 'stale' : ''} aria-labelledby="result-heading">
      <h2 id="result-heading">Result</h2>
      {run && <p class="summary" role="status" data-digest={run.digest}>{summaryOf(run)}</p>}
      {run?.warnings.map((warning, i) => <p key={i} class="warning">{warning.text ?? warning.message ?? JSON.stringify(warning)}</p>)}
      {run && <Connections run={run} chosen={chosen} onChoose={onChoose} />}
      {run && <Expectations run={run} />}
      {run && <Downloads name="run" json={result.ran.result} csv={result.ran.csv} svg={result.ran.svg} />}
      <Tabs tab={tab} onChoose={setTab} />
      <Panel name="ladder" tab={tab}>
        <h3>{chosen}</h3>
        {ladder.problem && <p class="problem" role="alert">{ladder.problem}</p>}
        {!result.shown && run && <p>A ladder shows a single connection; this one stands for several.</p>}
        {ladder.ladder && <LadderView key={ladder.name} ladder={ladder.ladder} />}
        {ladder.svg && <Downloads name="ladder" json={ladder.ladder} svg={ladder.svg} />}
      </Panel>
      <Panel name="chart" tab={tab}>
        {run && <div class="scroll paper" tabIndex="0" role="region" aria-label="All connections on one line of time" dangerouslySetInnerHTML={{ __html: result.ran.svg }} />}
      </Panel>
      <Panel name="sweep" tab={tab}><SweepView text={text} chosen={chosen} ask={askLong} onCancel={() => long.cancel()} /></Panel>
      <Panel name="advice" tab={tab}>
        <AdviceView text={text} connections={result.connections ?? []} chosen={chosen} ask={askLong} onCancel={() => long.cancel()} />
      </Panel>
    </section>
  );
}

function App({ first }) {
  const [text, setText] = useState(first.text);
  const [origin, setOrigin] = useState(first);
  const [chosen, setChosen] = useState(null);
  const editor = useRef(null);
  const result = useResult(text, chosen);
  // Of a fresh scenario the first connection that is lost is the one to look at.
  useEffect(() => {
    if (!result.run || result.stale || result.ranText !== text) return;
    const names = result.run.connections.map(({ name }) => name);
    if (names.includes(chosen)) return;
    const lost = result.run.connections.find((one) => !verdictOf(one).good && result.drawable.includes(one.name));
    setChosen(lost?.name ?? result.drawable[0] ?? names[0] ?? null);
  }, [result.run, chosen]);
  const open = useCallback((scenario) => {
    setOrigin({ ...scenario });
    setText(scenario.text);
    setChosen(null);
    if (location.hash) history.replaceState(null, '', location.href.split('#')[0]);
  }, []);
  useEffect(() => {
    const follow = async () => {
      const linked = await textOfLink().catch(() => null);
      if (linked !== null) open({ name: 'shared', text: linked });
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const turn = (knob, words) => {
    editor.current?.turn(knob.pointer, JSON.stringify(words));
  };
  return (
    <>
      <header>
        <h1>stayalive <small>web laboratory{result.about && ` ${result.about.version}`}</small></h1>
        <p>Will an idle connection still be there when it is needed? Everything runs in this page.</p>
        <Share text={text} />
      </header>
      <main>
        <section aria-labelledby="scenario-heading">
          <h2 id="scenario-heading">Scenario</h2>
          {first.problem && <p class="problem" role="alert">{first.problem}</p>}
          <Chooser scenarios={scenarios} current={origin.name} onChoose={open} />
          {origin.lesson && <p class="lesson">{origin.lesson}</p>}
          <h3 class="turn">Turn its values</h3>
          <Sliders text={text} origin={origin} chosen={chosen} onTurn={turn} />
          <p class="seed"><label>Seed of chance <input type="number" min="0" value={result.seed ?? ''} placeholder="the scenario’s own"
            onInput={(event) => result.setSeed(/^\d{1,15}$/.test(event.currentTarget.value) ? Number(event.currentTarget.value) : null)} /></label></p>
          <Mistakes mistakes={result.mistakes} problem={result.problem} onShow={({ line, column }) => editor.current?.show(line, column)} />
          <details class="edit" open={!matchMedia('(max-width: 62rem)').matches}>
            <summary>Edit it</summary>
            {result.about && <Editor text={text} origin={origin} mistakes={result.mistakes} about={result.about} schema={result.about.schema} onChange={setText} handle={editor} />}
          </details>
          <p class="downloads"><button type="button" onClick={() => save('scenario.json', text, 'application/json')}>Download the scenario</button>
            <button type="button" onClick={() => open(origin)}>Undo all changes</button></p>
          {result.run && <p class="glimpse" aria-hidden="true">{summaryOf(result.run)}</p>}
        </section>
        <Answers result={result} chosen={chosen} onChoose={setChosen} text={text} />
      </main>
    </>
  );
}

async function begin() {
  let first = FIRST;
  try {
    const linked = await textOfLink();
    if (linked !== null) first = { name: 'shared', text: linked };
  } catch (error) {
    first = { ...FIRST, problem: error.message };
  }
  const place = document.getElementById('page');
  place.textContent = '';
  render(<App first={first} />, place);
}

begin();
