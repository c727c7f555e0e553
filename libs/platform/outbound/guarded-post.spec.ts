import { WebhookReceiver } from '../../testing/webhook-receiver';
import { addressGuard, type AddressGuard } from './address-guard';
import { guardedPost, type PostOutcome } from './guarded-post';

const OUTSIDE = [8, 8, 8, 8].join('.');

describe('S.2 a guarded POST', () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => (receiver = await WebhookReceiver.open()));
  afterEach(() => receiver.close());

  const post = (guard: AddressGuard, url = receiver.url, timeoutMs = 2_000): Promise<PostOutcome> =>
    guardedPost(guard, { url, headers: {}, body: '{}', timeoutMs, signal: new AbortController().signal });

  it('connects to the address that was checked, whatever the name means a moment later', async () => {
    const answers = ['127.0.0.1', OUTSIDE];
    const asked: string[] = [];
    const resolve = async (name: string): Promise<readonly { address: string }[]> => {
      asked.push(name);
      return [{ address: answers[asked.length - 1] ?? OUTSIDE }];
    };
    const url = receiver.url.replace('127.0.0.1', 'receiver.example');
    expect(await post(addressGuard({ allowPrivate: true, resolve }), url)).toMatchObject({ status: 204 });
    expect(asked).toEqual(['receiver.example']);
    expect(receiver.received[0]?.headers.host).toMatch(/^receiver\.example:/);
  });

  it('sends nothing where the guard refuses', async () => {
    const strict = addressGuard({ allowPrivate: false });
    const halfStrict = { ...strict, complaintAbout: () => undefined };
    expect(await post(strict)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('https') as string });
    expect(await post(halfStrict)).toEqual({ kind: 'failed', reason: 'the host is in a private or reserved network' });
    expect(receiver.received).toEqual([]);
  });

  it('follows no redirect', async () => {
    receiver.answer = () => ({ status: 302, headers: { location: receiver.url } });
    expect(await post(addressGuard({ allowPrivate: true }))).toMatchObject({ kind: 'answered', status: 302 });
    expect(receiver.received).toHaveLength(1);
  });

  it('gives up after its time, and where nobody listens', async () => {
    receiver.answer = () => new Promise(() => undefined);
    const guard = addressGuard({ allowPrivate: true });
    expect(await post(guard, receiver.url, 100)).toEqual({ kind: 'failed', reason: 'no answer within 0.1 s' });
    expect(await post(guard, 'http://127.0.0.1:1/')).toEqual({ kind: 'failed', reason: 'not reached: ECONNREFUSED' });
  });
});
