'use strict';

/*
 * Loaded before a hook: ends the process with SIGKILL at its call number KILL_AT to the API server or S3, before the
 * request leaves or, with KILL_AFTER, when its answer has come and nothing has read it. Counts into the file CALLS, and
 * notes there that it has.
 */

const { appendFileSync } = require('node:fs');
const https = require('node:https');
const http = require('node:http');

const { KILL_AT = '0', KILL_AFTER, CALLS = '' } = process.env;
let calls = 0;

function die() {
  if (CALLS) appendFileSync(CALLS, 'killed\n');
  process.kill(process.pid, 'SIGKILL');
}

for (const module of [http, https]) {
  const request = module.request;
  module.request = (...args) => {
    const mine = ++calls;
    const sent = request.apply(module, args);
    const path = `${sent.method} ${sent.path.split('?')[0]}`;
    if (CALLS) appendFileSync(CALLS, `${path}\n`);
    if (mine === Number(KILL_AT)) {
      if (KILL_AFTER) sent.prependListener('response', die);
      else die();
    }
    return sent;
  };
}
