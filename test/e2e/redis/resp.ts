import { connect, type Socket } from 'node:net';

/** What a server answers; texts byte by byte as latin1, so that binary values stay as they are. */
export type Reply = string | number | null | Reply[];

/** A connection to a Redis by the protocol RESP2, which takes many commands at once. */
export class RedisConnection {
  private buffer: Buffer = Buffer.alloc(0);
  private readonly waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => this.take(data));
    const fail = (error?: Error) => {
      for (const { reject } of this.waiting.splice(0)) reject(error ?? new Error('the server hung up'));
    };
    socket.on('error', fail);
    socket.on('close', () => fail());
  }

  static open(to: { path: string } | { host: string; port: number }): Promise<RedisConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(to);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RedisConnection(socket)));
    });
  }

  /** Sends a command. Strings are sent as latin1, as they are received. */
  send(...command: (string | number | Buffer)[]): Promise<Reply> {
    const parts = command.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from(String(part), 'latin1')));
    this.socket.write(`*${parts.length}\r\n`);
    for (const part of parts) {
      this.socket.write(`$${part.length}\r\n`);
      this.socket.write(part);
      this.socket.write('\r\n');
    }
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  close(): void {
    this.socket.destroy();
  }

  private take(data: Buffer): void {
    this.buffer = this.buffer.length === 0 ? data : Buffer.concat([this.buffer, data]);
    let at = 0;
    for (;;) {
      const read = this.read(at);
      if (!read) break;
      at = read.end;
      const next = this.waiting.shift();
      if (read.reply instanceof Error) next?.reject(read.reply);
      else next?.resolve(read.reply);
    }
    this.buffer = this.buffer.subarray(at);
  }

  private read(at: number): { reply: Reply | Error; end: number } | undefined {
    const end = this.buffer.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const [kind, rest] = [this.buffer[at], this.buffer.toString('latin1', at + 1, end)];
    if (kind === 0x2b) return { reply: rest, end: end + 2 };
    if (kind === 0x2d) return { reply: new Error(rest), end: end + 2 };
    if (kind === 0x3a) return { reply: Number(rest), end: end + 2 };
    const length = Number(rest);
    if (length < 0) return { reply: null, end: end + 2 };
    if (kind === 0x24) {
      const last = end + 2 + length;
      if (this.buffer.length < last + 2) return undefined;
      return { reply: this.buffer.toString('latin1', end + 2, last), end: last + 2 };
    }
    const list: Reply[] = [];
    let next = end + 2;
    for (let i = 0; i < length; i++) {
      const member = this.read(next);
      if (!member) return undefined;
      list.push(member.reply instanceof Error ? member.reply.message : member.reply);
      next = member.end;
    }
    return { reply: list, end: next };
  }
}
