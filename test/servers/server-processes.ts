import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSecretFile } from '../../libs/platform/keys/key-files';

type Environment = Readonly<Record<string, string>>;

/** A process of the operating system that says where it answers, as one line of JSON, once it does. */
export class ServerProcess {
  private constructor(
    private readonly child: ReturnType<typeof spawn>,
    /** Where it answers. Throws where it ends before. */
    readonly ready: Promise<string>,
    /** Its exit code, null where a signal ended it. */
    readonly ended: Promise<number | null>,
  ) {}

  static start(file: string, args: readonly string[], environment: Environment = {}): ServerProcess {
    const child = spawn(process.execPath, [file, ...args], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const ready = new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const [line, rest] = said.split('\n', 2);
        if (rest === undefined || line === undefined) return;
        const { url, status } = JSON.parse(line) as { readonly url?: string; readonly status?: string };
        resolve(url ?? status ?? '');
      });
      void ended.then((code) => reject(new Error(`${file} ended with ${code} before it was ready`)));
    });
    ready.catch(() => undefined);
    return new ServerProcess(child, ready, ended);
  }

  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Processes of the product on one log and one PostgreSQL; all of them are gone when it is closed. */
export class ServedProcesses {
  private readonly started: ServerProcess[] = [];

  private constructor(
    private readonly directory: string,
    private readonly door: ServerProcess,
    private readonly environment: Environment,
  ) {}

  static async open(postgres: string): Promise<ServedProcesses> {
    const directory = mkdtempSync(join(tmpdir(), 'suki-processes-'));
    const masterKeyFile = join(directory, 'master.key');
    writeSecretFile(masterKeyFile, Buffer.from('0f'.repeat(32)));
    const door = ServerProcess.start(require.resolve('../../libs/testing/esdb-door-process'), [join(directory, 'log')]);
    return new ServedProcesses(directory, door, {
      SUKI_EVENT_STORE: await door.ready,
      SUKI_READ_STORE: postgres,
      SUKI_MASTER_KEY_FILE: masterKeyFile,
      SUKI_ADMIN_KEY_FILE: join(directory, 'admin.key'),
      SUKI_LOG_LEVEL: 'error',
    });
  }

  get log(): string {
    return this.environment['SUKI_EVENT_STORE'] ?? '';
  }

  /** Secret of the first key, once an API process is ready. */
  get admin(): string {
    return readFileSync(join(this.directory, 'admin.key'), 'utf8').trim();
  }

  startApi(port: number): ServerProcess {
    return this.start('../../apps/api/main', { SUKI_PORT: String(port) });
  }

  startProjector(port: number): ServerProcess {
    return this.start('../../apps/projector/main', { SUKI_STATUS_PORT: String(port) });
  }

  async close(): Promise<void> {
    await Promise.all(this.started.map((one) => one.end('SIGKILL')));
    await this.door.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  private start(main: string, more: Environment): ServerProcess {
    const started = ServerProcess.start(require.resolve(main), [], { ...this.environment, ...more });
    this.started.push(started);
    return started;
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
