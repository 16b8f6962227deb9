import { connect, type Socket } from 'node:net';

/** An answer: text, or a list of answers. An error is a text that begins with `-`. */
export type Answer = string | readonly Answer[];

/** A connection to a server that stays open, as an app's does. */
export class RedisClient {
  private readonly waiting: ((answer: Answer) => void)[] = [];
  private received = '';
  /** Whether the server has hung up. */
  isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.take(text.toString()));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
      for (const answer of this.waiting.splice(0)) answer('closed');
    });
  }

  /** Connects and logs in; rejects with what the server says. */
  static async connect(host: string, port: number, user: string, password: string): Promise<RedisClient> {
    const client = new RedisClient(connect({ host, port }));
    const answer = await client.ask(`AUTH ${user} ${password}`);
    if (answer === 'OK') return client;
    client.close();
    throw new Error(String(answer));
  }

  /** The answer to a command. */
  ask(command: string): Promise<Answer> {
    if (this.isClosed) return Promise.resolve('closed');
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.socket.write(`${command}\r\n`);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    this.received += text;
    for (let read = answerAt(this.received, 0); read; read = answerAt(this.received, 0)) {
      this.received = this.received.slice(read.end);
      this.waiting.shift()?.(read.answer);
    }
  }
}

/** The answer that begins at a place, and where it ends; nothing if it is not whole yet. */
function answerAt(text: string, start: number): { answer: Answer; end: number } | undefined {
  const line = text.indexOf('\r\n', start);
  if (line < 0) return undefined;
  const kind = text[start];
  const said = text.slice(start + 1, line);
  if (kind === '$' && said !== '-1') {
    const end = line + 2 + Number(said);
    return text.length < end + 2 ? undefined : { answer: text.slice(line + 2, end), end: end + 2 };
  }
  if (kind !== '*') return { answer: kind === '-' ? `-${said}` : said, end: line + 2 };
  const answer: Answer[] = [];
  let end = line + 2;
  for (let i = 0; i < Number(said); i++) {
    const item = answerAt(text, end);
    if (!item) return undefined;
    answer.push(item.answer);
    end = item.end;
  }
  return { answer, end };
}
