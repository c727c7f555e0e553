import { connect, type Socket } from 'node:net';

export interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

/**
 * Closed loop over plain sockets: every connection sends its next request when the answer before is whole. `request` makes
 * the bytes of the n-th. Throws where an answer is not of the wanted status.
 */
export async function loadFor(
  port: number,
  connections: number,
  milliseconds: number,
  request: () => Buffer,
  status: number,
): Promise<Load> {
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + milliseconds;
  await Promise.all(
    Array.from({ length: connections }, () => keepAsking(port, until, request, `HTTP/1.1 ${status}`, latencies)),
  );
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((one, other) => one - other);
  const quantile = (part: number): number => latencies[Math.floor((latencies.length - 1) * part)] ?? 0;
  return {
    perSecond: latencies.length / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    longestMs: quantile(1),
  };
}

function keepAsking(
  port: number,
  until: number,
  request: () => Buffer,
  wanted: string,
  latencies: number[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let sentAt = 0;
    let missing = 0;
    let head = '';
    const ask = (): void => {
      sentAt = performance.now();
      head = '';
      missing = -1;
      socket.write(request());
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      if (missing >= 0) missing -= bytes.length;
      else {
        head += bytes.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!head.startsWith(wanted)) return reject(new Error(head));
        missing = Number(/content-length: (\d+)/i.exec(head)?.[1]) - (head.length - end - 4);
      }
      if (missing > 0) return;
      const now = performance.now();
      latencies.push(now - sentAt);
      if (now < until) ask();
      else {
        socket.destroy();
        resolve();
      }
    });
  });
}
