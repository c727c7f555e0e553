import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server on this machine, in bytes, that can be made to fail like a network. */
export class FailingWay {
  private readonly pairs = new Set<{ readonly near: Socket; readonly far: Socket }>();
  private swallowing = false;
  private hanging = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (near) => this.forward(near));
  }

  static async to(target: number): Promise<FailingWay> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FailingWay(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on requests arrive and their answers are lost. */
  swallowAnswers(): void {
    this.swallowing = true;
  }

  /** Breaks every connection; new ones work. */
  cut(): void {
    this.swallowing = false;
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Nothing arrives on either side, on new connections neither, and none breaks: a server that hangs. */
  hang(): void {
    this.hanging = true;
    for (const { near, far } of this.pairs) {
      near.pause();
      far.pause();
    }
  }

  goOn(): void {
    this.hanging = false;
    for (const { near, far } of this.pairs) {
      near.resume();
      far.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(near: Socket): void {
    const pair = { near, far: connect(this.target, '127.0.0.1') };
    const { far } = pair;
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => this.swallowing || near.write(bytes));
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    if (!this.hanging) return;
    near.pause();
    far.pause();
  }
}
