// SPDX-License-Identifier: Apache-2.0
// node bundle.js MODULE SCENARIOS PACKAGES PAGE: writes the page, one file with everything in it.  PACKAGES is the folder
// where npm has installed what package-lock.json names.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const [moduleFile, scenarioFolder, packages, pageFile] = process.argv.slice(2).map((path) => resolve(path));
const { build } = createRequire(join(packages, 'package.json'))('esbuild');

async function bundle(entry) {
  const built = await build({
    entryPoints: [join(here, 'page', entry)], bundle: true, minify: true, write: false, format: 'iife', target: 'es2022',
    charset: 'ascii', jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none', outdir: here,
    nodePaths: [join(packages, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const of = (end) => built.outputFiles.filter(({ path }) => path.endsWith(end)).map(({ text }) => text).join('\n');
  return { script: of('.js'), style: of('.css') };
}

// The programs that keep its connections alive, and the kinds of stations on its path.
function topicsOf(scenario) {
  const topics = new Set();
  for (const { strategy, pool } of scenario.connections ?? []) {
    if (typeof strategy === 'string') topics.add(strategy.split(/[=,]/)[0]);
    else if (strategy) topics.add(Object.keys(strategy)[0]);
    if (pool) topics.add('pool of connections');
  }
  for (const station of scenario.path ?? []) {
    const profile = station.middlebox?.profile ?? station.proxy?.profile ?? (typeof station.proxy === 'string' ? station.proxy : null);
    if (profile) topics.add(`behind ${profile}`);
  }
  return [...topics];
}

function scenarios() {
  return readdirSync(scenarioFolder).filter((file) => file.endsWith('.json')).sort().map((name) => {
    const text = readFileSync(join(scenarioFolder, name), 'utf8');
    const scenario = JSON.parse(text);
    return { name, title: scenario.title, lesson: scenario.lesson ?? '', topics: topicsOf(scenario), text };
  });
}

// Text within a <script> that holds data or a program: nothing in it ends the element.
const within = (text) => text.replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--');

const main = await bundle('main.jsx');
const worker = await bundle('worker.js');
const parts = {
  STYLE: main.style + readFileSync(join(here, 'page/style.css'), 'utf8'),
  SCENARIOS: within(JSON.stringify(scenarios())),
  ENGINE: gzipSync(readFileSync(moduleFile), { level: 9 }).toString('base64'),
  WORKER: within(worker.script),
  MAIN: within(main.script),
};
const template = readFileSync(join(here, 'page/index.html'), 'utf8');
writeFileSync(pageFile, template.replace(/@([A-Z]+)@/g, (_all, name) => parts[name]));
