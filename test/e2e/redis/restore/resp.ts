import { connect, type Socket } from 'node:net';

/** What a server answers: text is bytes, since keys and values are. */
export type Reply = Buffer | number | null | Error | Reply[];

/** A connection that speaks the protocol of Redis by itself: it shares nothing with the programs under test. */
export class Connection {
  private buffer: Buffer = Buffer.alloc(0);
  private readonly waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  private ended?: Error;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (part: Buffer) => this.take(part));
    socket.on('error', (error) => this.end(error));
    socket.on('close', () => this.end(new Error('the connection was closed')));
  }

  static async open(port: number, host: string, user: string, password: string): Promise<Connection> {
    const socket = connect({ port, host, noDelay: true });
    const connection = new Connection(socket);
    await connection.ask('auth', user, password);
    return connection;
  }

  /** Asks, and throws what the server refuses. */
  async ask(...words: (string | Buffer | number)[]): Promise<Reply> {
    const reply = await this.tried(...words);
    if (reply instanceof Error) throw reply;
    return reply;
  }

  /** Asks, and returns a refusal as well. */
  tried(...words: (string | Buffer | number)[]): Promise<Reply> {
    if (this.ended) return Promise.reject(this.ended);
    const parts: Buffer[] = [Buffer.from(`*${words.length}\r\n`)];
    for (const word of words) {
      const bytes = Buffer.isBuffer(word) ? word : Buffer.from(String(word));
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.write(Buffer.concat(parts));
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.ended);
  }

  private take(part: Buffer): void {
    this.buffer = Buffer.concat([this.buffer, part]);
    for (;;) {
      const found = parse(this.buffer, 0);
      if (!found) return;
      this.buffer = this.buffer.subarray(found.end);
      this.waiting.shift()?.resolve(found.reply);
    }
  }
}

function parse(bytes: Buffer, start: number): { reply: Reply; end: number } | undefined {
  const line = bytes.indexOf('\r\n', start);
  if (line < 0) return undefined;
  const text = bytes.toString('utf8', start + 1, line);
  let end = line + 2;
  switch (String.fromCharCode(bytes[start] ?? 0)) {
    case '+':
      return { reply: Buffer.from(text), end };
    case '-':
      return { reply: new Error(text), end };
    case ':':
      return { reply: Number(text), end };
    case '$': {
      const length = Number(text);
      if (length < 0) return { reply: null, end };
      if (bytes.length < end + length + 2) return undefined;
      return { reply: bytes.subarray(end, end + length), end: end + length + 2 };
    }
    default: {
      const replies: Reply[] = [];
      for (let i = 0; i < Number(text); i++) {
        const found = parse(bytes, end);
        if (!found) return undefined;
        replies.push(found.reply);
        end = found.end;
      }
      return { reply: replies, end };
    }
  }
}
