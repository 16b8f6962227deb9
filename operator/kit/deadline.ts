import { setMaxListeners } from 'node:events';

/**
 * A signal that aborts with another one, or after so many milliseconds. Not `AbortSignal.any` of an
 * `AbortSignal.timeout`: Node 20 may collect the timeout while it is still waited for.
 *
 * @see https://github.com/nodejs/node/issues/57736
 */
export function deadline(signal: AbortSignal, milliseconds: number): AbortSignal {
  const controller = new AbortController();
  // Every call that is under way listens.
  setMaxListeners(0, controller.signal);
  const late = () => controller.abort(new Error(`no answer within ${milliseconds / 1000} s`));
  setTimeout(late, milliseconds).unref();
  if (signal.aborted) controller.abort(signal.reason);
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}
