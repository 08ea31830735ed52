// Between a client and a PostgreSQL server: breaks at the statement it is told to, before or after it took effect.
// https://www.postgresql.org/docs/15/protocol-message-formats.html
import { connect, createServer, type Socket } from 'node:net';

/** What happens at a call: nothing is passed on; it is passed on and its answer is lost, with or without the connection. */
type Fault = 'fail' | 'lose-answer' | 'never-answer';

/** A running proxy. A call is a connection's start or a statement. */
export interface PostgresFaultProxy {
  readonly port: number;
  calls(): number;
  /** The n-th call from now fails, and has no effect. */
  failCall(n: number): void;
  /** The n-th call from now takes effect; the connection breaks before its answer. */
  timeoutAfterEffect(n: number): void;
  /** The n-th call from now takes effect; the connection stays, and nothing ever comes. */
  neverAnswer(n: number): void;
  /** Everybody who connects is one too many. */
  throttle(): void;
  heal(): void;
  close(): Promise<void>;
}

const PARSE = 'P'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);

/** Starts one on this machine. */
export async function startFaultProxy(serverPort: number): Promise<PostgresFaultProxy> {
  let made = 0;
  let throttled = false;
  let armed: { readonly at: number; readonly fault: Fault } | undefined;
  const open = new Set<Socket>();

  const next = (): Fault | undefined => {
    made += 1;
    if (armed?.at !== made) return undefined;
    const { fault } = armed;
    armed = undefined;
    return fault;
  };
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      // Messages are passed on one by one: each would wait for the other side to acknowledge the last.
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on('close', cut);
    upstream.on('close', cut);
    let losing: Fault | undefined;
    let isStarting = true;
    onMessages(client, true, (message, type) => {
      const isCall = type === undefined || type === PARSE || type === QUERY;
      if (isCall && throttled) {
        made += 1;
        return void client.end(tooMany());
      }
      const fault = isCall ? next() : undefined;
      if (fault === 'fail') return cut();
      losing ??= fault;
      isStarting = type === undefined;
      upstream.write(message);
    });
    onMessages(upstream, false, (message, type) => {
      if (losing === undefined) client.write(message);
      // Until it knows who asks, a server has no effect to be had.
      else if (losing === 'lose-answer' && (isStarting || type === READY)) cut();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const arm = (n: number, fault: Fault): void => {
    armed = { at: made + n, fault };
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    calls: () => made,
    failCall: (n) => arm(n, 'fail'),
    timeoutAfterEffect: (n) => arm(n, 'lose-answer'),
    neverAnswer: (n) => arm(n, 'never-answer'),
    throttle() {
      throttled = true;
    },
    heal() {
      throttled = false;
      armed = undefined;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Cuts a stream into messages. A client's first one has no type. */
function onMessages(
  socket: Socket,
  startsBare: boolean,
  take: (message: Buffer, type: number | undefined) => void,
): void {
  let held: Buffer = Buffer.alloc(0);
  let bare = startsBare;
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const head = bare ? 0 : 1;
      if (held.length < head + 4) return;
      const end = head + held.readUInt32BE(head);
      if (held.length < end) return;
      const message = held.subarray(0, end);
      held = held.subarray(end);
      take(message, bare ? undefined : message[0]);
      bare = false;
    }
  });
}

function tooMany(): Buffer {
  const fields = Buffer.from('SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0RProcArrayAdd\0\0');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
