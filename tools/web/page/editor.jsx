// SPDX-License-Identifier: Apache-2.0
// The text of the scenario: completion from the program's schema, the program's mistakes in place.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, HighlightStyle, indentOnInput, syntaxHighlighting, syntaxTree } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, Transaction } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'preact/hooks';

import { findValue, placeAt } from './places.js';
import { keysAt, valuesAt } from './schema.js';

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-key)' },
  { tag: tags.string, color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--soft)' },
]);

// The names of products by the key under which they stand.
function namesFor(about, keys) {
  const last = keys.at(-1);
  if (last === 'profile' && keys.includes('middlebox')) return about.profiles;
  if (last === 'profile' && keys.includes('proxy')) return about.proxies;
  if (last === 'pool') return about.pools;
  if (last === 'strategy') return about.products;
  return [];
}

function complete(about, schema) {
  return (context) => {
    const text = context.state.doc.toString();
    const tree = syntaxTree(context.state);
    const inner = tree.resolveInner(context.pos, -1);
    const place = placeAt(text, context.pos, tree);
    const word = context.matchBefore(/"?[\w.$-]*/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const end = context.state.sliceDoc(context.pos, context.pos + 1) === '"' ? context.pos + 1 : context.pos;
    const before = text.slice(0, word.from).trimEnd().at(-1);
    const apply = (insert) => (view, _completion, from) =>
      view.dispatch({ changes: { from, to: end, insert }, selection: { anchor: from + insert.length } });
    if (before === ':' || (before === ',' && inner.name === 'Array') || before === '[') {
      const keys = before === ':' ? [...place.keys, place.key ?? keyBefore(text, word.from)] : place.keys;
      const options = valuesAt(schema, keys).map(({ word: value, help }) => ({ label: value, detail: help.slice(0, 60), apply: apply(value) }));
      for (const { name, title } of namesFor(about, keys)) {
        options.push({ label: JSON.stringify(name), detail: title, apply: apply(JSON.stringify(name)) });
      }
      return options.length > 0 ? { from: word.from, options } : null;
    }
    const options = keysAt(schema, place.keys).map(({ name, help }) => ({
      label: `"${name}"`, detail: help.slice(0, 70), info: help, type: 'property',
      apply: apply(`"${name}": `),
    }));
    return options.length > 0 ? { from: word.from, options } : null;
  };
}

// The key of a member whose value is not written yet.
const keyBefore = (text, position) => /"((?:[^"\\]|\\.)*)"\s*:\s*$/.exec(text.slice(0, position))?.[1];

// Line and column count from 1, the column in characters, as the program counts.
function offsetOf(doc, line, column) {
  if (line < 1 || line > doc.lines) return 0;
  const found = doc.line(line);
  const before = [...found.text].slice(0, Math.max(0, column - 1)).join('');
  return found.from + before.length;
}

function marks(state, mistakes) {
  return mistakes.map((mistake) => {
    const from = offsetOf(state.doc, mistake.line, mistake.column);
    const node = syntaxTree(state).resolveInner(from, 1);
    const line = state.doc.lineAt(from);
    const to = node.from === from ? Math.min(node.to, line.to) : Math.min(from + 1, state.doc.length);
    const more = [mistake.allowed && `allowed: ${mistake.allowed}`, mistake.suggestion && `did you mean ${mistake.suggestion}?`];
    return { from, to: Math.max(to, from), severity: 'error',
      message: [mistake.message, ...more.filter(Boolean)].join('; ') };
  });
}

// text: what it begins with; from then on it has the text itself and tells onChange, until another
// origin is given, whose text it takes.  handle.current gets {turn(pointer, json), show(line, column)}.
export function Editor({ text, origin, mistakes, about, schema, onChange, handle }) {
  const place = useRef(null);
  const view = useRef(null);
  const change = useRef(onChange);
  change.current = onChange;

  useEffect(() => {
    view.current = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(), foldGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
          highlightActiveLine(), json(), syntaxHighlighting(colours), lintGutter(),
          autocompletion({ override: [complete(about, schema)] }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Scenario as JSON' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) change.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    // What scrolls can be reached by keyboard.
    const scroller = view.current.scrollDOM;
    scroller.tabIndex = 0;
    scroller.setAttribute('role', 'group');
    scroller.setAttribute('aria-label', 'Editor');
    handle.current = {
      turn(pointer, insert) {
        const place = findValue(view.current.state.doc.toString(), pointer);
        if (place) view.current.dispatch({ changes: { ...place, insert }, annotations: Transaction.addToHistory.of(false) });
      },
      show(line, column) {
        const at = offsetOf(view.current.state.doc, line, column);
        view.current.dispatch({ selection: { anchor: at }, scrollIntoView: true });
        view.current.focus();
      },
    };
    return () => view.current.destroy();
  }, []);

  const taken = useRef(origin);
  useEffect(() => {
    if (taken.current === origin) return;
    taken.current = origin;
    view.current.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: origin.text } });
  }, [origin]);

  useEffect(() => {
    view.current.dispatch(setDiagnostics(view.current.state, marks(view.current.state, mistakes)));
  }, [mistakes]);

  return <div class="editor" ref={place} />;
}
