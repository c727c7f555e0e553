import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProjectionRunner } from '../../../libs/platform/projections/projection-runner';
import { SqliteReadStore } from '../../../libs/platform/read-store/sqlite-read-store';
import { purchase } from '../../../libs/testing/account-history';
import { RecordedHistory } from '../../../libs/testing/recorded-history';
import { READ_MODELS } from '../../../libs/capabilities/read-models';

const program = require.resolve('../main');

describe('A.3 a read model is built again by command, beside the process that serves it', () => {
  const data = mkdtempSync(join(tmpdir(), 'suki-projections-'));
  const history = new RecordedHistory();
  let store: SqliteReadStore;
  let runner: ProjectionRunner;
  beforeAll(async () => {
    for (let receipt = 0; receipt < 50; receipt++) {
      history.append(
        purchase({ receipt: String(receipt), account: `cus_${receipt % 7}`, earned: { points: receipt } }),
      );
    }
    store = await SqliteReadStore.open(join(data, 'read.db'));
    const options = {
      source: history,
      store,
      projections: READ_MODELS,
      owner: 'local',
      shards: 'alone',
      now: Date.now,
    } as const;
    runner = await ProjectionRunner.start({ ...options, renewEveryMs: 50 });
    await runner.waitFor(await history.endPosition(), 20_000);
  });
  afterAll(async () => {
    await runner.stop();
    await store.close();
    rmSync(data, { recursive: true });
  });

  const suki = (...words: readonly string[]) =>
    new Promise<{ status: number; said: string }>((resolve) => {
      execFile(process.execPath, [program, 'projections', ...words, '--data', data], (error, stdout, stderr) =>
        resolve({ status: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr }),
      );
    });

  it('step by step, and says what each step found', async () => {
    const name = 'account_balances';
    expect(await suki('verify', name)).toMatchObject({ status: 64, said: `suki: ${name} is not built yet\n` });
    expect(await suki('rebuild', name)).toMatchObject({ status: 0 });
    for (let tries = 0; (await store.rebuilds.all())[0]?.state !== 'built' && tries < 500; tries++) {
      await new Promise((go) => setTimeout(go, 20));
    }
    expect((await suki('status')).said).toContain(`${name} v2: at position 99; built again, follows\n`);
    expect(await suki('verify', name)).toMatchObject({ status: 0, said: `${name}: 7 rows, the same in both\n` });
    expect(await suki('switch', name)).toMatchObject({ status: 0 });
    history.append(purchase({ receipt: '50', account: 'cus_9', earned: { points: 5 } }));
    await runner.waitFor(await history.endPosition(), 20_000);
    expect(await suki('rollback', name)).toMatchObject({ status: 0, said: `${name} is the one of before\n` });
    expect(await suki('verify', name)).toMatchObject({ status: 0, said: `${name}: 8 rows, the same in both\n` });
    expect(await suki('switch', name)).toMatchObject({ status: 0 });
    expect(await suki('finish', name)).toMatchObject({ status: 0 });
    expect((await suki('status')).said).toContain(`${name} v2: at position 101\n`);
    expect(await suki('rebuild', 'nothing')).toMatchObject({ status: 64 });
    // A dozen processes are started one after another.
  }, 240_000);
});
