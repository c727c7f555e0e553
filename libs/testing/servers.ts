import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { inRepository } from '../../test/architecture/repository';

export type PostgresOptions = { readonly settings?: Readonly<Record<string, string | number>> };
export type KafkaOptions = PostgresOptions & { readonly nodes?: number; readonly version?: string };

/** The brokers of the one-node Kafka that `npm run test:servers` started. Throws where none runs: nothing is skipped. */
export function testKafka(): string[] {
  const brokers = process.env['SUKI_TEST_KAFKA'];
  if (brokers === undefined) throw new Error('SUKI_TEST_KAFKA names no server: run this with `npm run test:servers`');
  return brokers.split(',');
}

/** A new PostgreSQL for one suite to kill as it likes, running. Its address is a URL of its administrator. */
export const ownPostgres = (options: PostgresOptions = {}): Promise<OwnServer> => OwnServer.start('postgres', options);

/** A new Kafka of one node or several, running. Its address is `host:port,…`, one for each member in order. */
export const ownKafka = (options: KafkaOptions = {}): Promise<OwnServer> => OwnServer.start('kafka', options);

/**
 * A server that nobody else uses; it and its data are gone when it is removed, or when this process ends in whatever way. A
 * member is one process of it (0 is the first); where none is named, all are meant. Members that run already are not started
 * again; those that do not are not stopped.
 */
export class OwnServer {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private calls = 0;
  private state: State = { address: '', pids: [] };

  private constructor(private readonly attendant: ChildProcess) {
    attendant.on('message', (answer: Answer) => this.waiting.get(answer.id)?.(answer));
    attendant.on('exit', () => {
      for (const [id, answer] of this.waiting) answer({ id, failure: 'the server was taken away' });
    });
    // What waits for an answer holds the process; a server that only runs does not.
    attendant.unref();
    attendant.channel?.unref();
  }

  static async start(kind: 'postgres' | 'kafka', options: object): Promise<OwnServer> {
    const attendant = fork(inRepository('infra/servers/attend.js'), [kind, JSON.stringify(options)], { execArgv: [] });
    const server = new OwnServer(attendant);
    await server.start();
    return server;
  }

  /** What clients are given; the same after every restart. */
  get address(): string {
    return this.state.address;
  }

  /** Of each member, as of the last call; undefined for one that did not run. For SIGSTOP and SIGCONT. */
  get pids(): readonly (number | undefined)[] {
    return this.state.pids;
  }

  /** Starts it again on the same data and ports; answers when it is ready. */
  start(member?: number): Promise<void> {
    return this.ask('start', member);
  }

  /** Asks it to end in order, and waits until it has. */
  stop(member?: number): Promise<void> {
    return this.ask('stop', member);
  }

  /** As when its machine loses power. */
  kill(member?: number): Promise<void> {
    return this.ask('kill', member);
  }

  async remove(): Promise<void> {
    if (!this.attendant.connected) return;
    const ended = once(this.attendant, 'exit');
    this.attendant.ref();
    this.attendant.disconnect();
    await ended;
  }

  private async ask(verb: 'start' | 'stop' | 'kill', member?: number): Promise<void> {
    const id = ++this.calls;
    this.attendant.channel?.ref();
    const answer = await new Promise<Answer>((resolve) => {
      this.waiting.set(id, resolve);
      if (this.attendant.exitCode !== null) resolve({ id, failure: 'there is no server any more' });
      else this.attendant.send({ id, verb, member });
    });
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.attendant.channel?.unref();
    if ('failure' in answer) throw new Error(`The server did not ${verb}: ${answer.failure}`);
    this.state = { address: answer.address, pids: answer.pids.map((pid) => pid ?? undefined) };
  }
}

interface State {
  readonly address: string;
  readonly pids: readonly (number | undefined)[];
}

/** A pid that is not there is null on its way between processes. */
type Answer = { readonly id: number } & (
  { readonly address: string; readonly pids: readonly (number | null)[] } | { readonly failure: string }
);
