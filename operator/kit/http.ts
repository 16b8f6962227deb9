import * as http from 'node:http';
import * as https from 'node:https';

/** An answer that was read to its end. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly text: string;
}

/** One request. */
export interface Request extends https.RequestOptions {
  readonly url: URL;
  readonly body?: string;
  /** No whole answer for this long is no answer, in milliseconds. */
  readonly timeout: number;
  /** What the request is for, as the beginning of an error's message. */
  readonly what: string;
}

/**
 * Sends a request and reads its answer. Not `fetch`: it takes no authority of its own, and once its headers are
 * there, an answer of which more and more comes may outlive its signal.
 */
export function send({ url, body = '', timeout, what, signal, ...options }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request: start } = url.protocol === 'https:' ? https : http;
    const headers = { ...options.headers, 'content-length': Buffer.byteLength(body) };
    const request = start(url, { ...options, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0 } = response;
        resolve({ ok: status >= 200 && status < 300, status, text: Buffer.concat(parts).toString() });
      });
    });
    const stop = (why: Error) => {
      reject(why);
      request.destroy();
    };
    const timer = setTimeout(
      () => stop(new Error(`${what}: no whole answer within ${timeout / 1000} s`)),
      timeout,
    );
    const aborted = () => stop(new Error(`${what}: ${String(signal?.reason)}`));
    if (signal?.aborted) aborted();
    signal?.addEventListener('abort', aborted, { once: true });
    request.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    });
    request.on('error', reject);
    request.end(body);
  });
}
