import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { inRepository } from './repository';

const tools = [
  'infra',
  'test/architecture/doc-files.ts',
  'test/architecture/repository.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.pure.json',
  'jest.config.js',
  'eslint.config.js',
  '.dependency-cruiser.cjs',
  'knip.json',
  '.prettierrc.json',
  '.prettierignore',
];

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** The house without its product, in a folder of its own, where a spec may break the rules and see who notices. */
export class HouseCopy {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'suki-house-'));

  constructor() {
    for (const tool of tools) cpSync(inRepository(tool), path.join(this.folder, tool), { recursive: true });
    symlinkSync(inRepository('node_modules'), path.join(this.folder, 'node_modules'));
  }

  plant(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
  }

  uproot(file: string): void {
    rmSync(path.join(this.folder, file), { recursive: true });
  }

  check(step: string): Outcome {
    return this.node(['infra/scripts/check.js', '--only', step]);
  }

  node(args: readonly string[], settings: NodeJS.ProcessEnv = {}): Outcome {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      ...this.room(settings),
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { code: status, output: stdout + stderr };
  }

  /** The same, while others run. */
  async nodeBeside(args: readonly string[]): Promise<Outcome> {
    const child = spawn(process.execPath, args, { ...this.room({}), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output };
  }

  /** A command in a shell, as npm starts one. */
  shell(command: string, settings: NodeJS.ProcessEnv): ChildProcessByStdio<null, Readable, null> {
    return spawn(command, { ...this.room(settings), shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  private room(settings: NodeJS.ProcessEnv): { cwd: string; env: NodeJS.ProcessEnv } {
    const env = { ...process.env, ...settings };
    delete env['SUKI_BUILD'];
    delete env['SUKI_RESULTS'];
    return { cwd: this.folder, env };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
