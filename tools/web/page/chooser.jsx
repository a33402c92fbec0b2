// SPDX-License-Identifier: Apache-2.0
// The shipped scenarios, by topic and by words.
import { useMemo, useState } from 'preact/hooks';

export function Chooser({ scenarios, current, onChoose }) {
  const [words, setWords] = useState('');
  const [topic, setTopic] = useState('');
  const topics = useMemo(() => [...new Set(scenarios.flatMap((scenario) => scenario.topics))].sort(), [scenarios]);
  const found = useMemo(() => {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    return scenarios.filter((scenario) => {
      const all = `${scenario.name} ${scenario.title} ${scenario.lesson} ${scenario.topics.join(' ')}`.toLowerCase();
      return (!topic || scenario.topics.includes(topic)) && wanted.every((word) => all.includes(word));
    });
  }, [words, topic, scenarios]);
  return (
    <div class="chooser">
      <div class="filters">
        <label>Search <input type="search" value={words} placeholder="ssh, 502, mqtt …" onInput={(event) => setWords(event.currentTarget.value)} /></label>
        <label>Topic <select value={topic} onChange={(event) => setTopic(event.currentTarget.value)}>
          <option value="">all</option>
          {topics.map((one) => <option key={one} value={one}>{one}</option>)}
        </select></label>
      </div>
      <p role="status" class="soft">{found.length} of {scenarios.length} scenarios</p>
      <ul class="scenarios">
        {found.map((scenario) => (
          <li key={scenario.name}>
            <button type="button" class="link" aria-current={scenario.name === current ? 'true' : undefined} onClick={() => onChoose(scenario)}>{scenario.title}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}
