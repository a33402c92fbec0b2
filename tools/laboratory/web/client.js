// SPDX-License-Identifier: Apache-2.0
// A client that plays a script: node client.js URL SCRIPT, over HTTP/1.1 with a connection for each
// request, or over HTTP/2 with one for all, as SCRIPT.version says.  SCRIPT.steps is a list of
// {"at": seconds, "get": path | "ping": true | "close": true}, SCRIPT.headers the headers.
const http2 = require('http2');
const https = require('https');
const url = process.argv[2];
const script = JSON.parse(process.argv[3]);

function overHttp1() {
  const agent = new https.Agent({keepAlive: script.keep, maxCachedSessions: 10});
  return (step) => https.get(url + step.get, {agent, rejectUnauthorized: false},
                             (answer) => answer.resume());
}

function overHttp2() {
  const session = http2.connect(url, {rejectUnauthorized: false});
  session.on('error', () => {});
  return (step) => {
    if (session.closed || session.destroyed) return;
    if (step.close) return session.close();
    if (step.ping) return session.ping(() => {});
    const stream = session.request({':path': step.get, ':authority': 'www.example.org',
                                    ...script.headers});
    stream.on('error', () => {});
    stream.resume();
    stream.end();
  };
}

const play = script.version === 2 ? overHttp2() : overHttp1();
for (const step of script.steps) setTimeout(() => play(step), step.at * 1000);
setTimeout(() => {}, script.length * 1000);
