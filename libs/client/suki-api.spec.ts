import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SukiApi } from './suki-api';

const patience = { totalMs: 500, firstPauseMs: 5, longestPauseMs: 20 };

describe('talking to the server', () => {
  const servers: Server[] = [];
  afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))));

  const serverThat = async (listener: RequestListener): Promise<SukiApi> => {
    const server = createServer({ keepAliveTimeout: 1 }, listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SukiApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'secret', patience);
  };

  test('what was recorded before is told from what is recorded now', async () => {
    const keys: unknown[] = [];
    const api = await serverThat(({ headers }, response) => {
      keys.push(headers['idempotency-key']);
      if (keys.length > 1) response.setHeader('idempotency-replayed', 'true');
      response.writeHead(keys.length > 1 ? 200 : 201).end('{"customerId":"cus_1"}');
    });
    expect(await api.post('/v1/customers', { card: '1' }, 'one')).toMatchObject({ status: 201, replayed: false });
    expect(await api.post('/v1/customers', { card: '1' }, 'one')).toMatchObject({ status: 200, replayed: true });
    expect(keys).toEqual(['one', 'one']);
  });

  test('a busy server is asked again, with the same key, until it answers', async () => {
    const keys: unknown[] = [];
    const api = await serverThat(({ headers, socket }, response) => {
      keys.push(headers['idempotency-key']);
      if (keys.length === 1) response.writeHead(503, { 'retry-after': '0' }).end('{"code":"Overloaded"}');
      else if (keys.length === 2) response.writeHead(429).end();
      else if (keys.length === 3) socket.destroy();
      else response.writeHead(201).end('{}');
    });
    expect(await api.put('/v1/outlets/online', {}, 'outlet')).toMatchObject({ status: 201 });
    expect(keys).toEqual(Array(4).fill('outlet'));
  });

  test('patience ends, saying what the server said last', async () => {
    const api = await serverThat((_, response) =>
      response.writeHead(507).end('{"code":"StoreFull","detail":"no space left"}'),
    );
    const sent = api.get('/v1/outlets/online');
    await expect(sent).rejects.toThrow(/507 StoreFull: no space left/);
    await expect(sent).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('nobody listening is said in one line', async () => {
    const api = await serverThat(() => undefined);
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    const sent = api.get('/');
    await expect(sent).rejects.toThrow(/ECONNREFUSED/);
  });

  test('a refusal is a value, a key that is not accepted ends it', async () => {
    const refusing = await serverThat((_, response) =>
      response.writeHead(422).end('{"code":"OutletUnknown","detail":"there is no outlet x"}'),
    );
    expect(await refusing.post('/v1/purchases', {})).toEqual({
      kind: 'refused',
      status: 422,
      code: 'OutletUnknown',
      detail: 'there is no outlet x',
    });
    const closed = await serverThat((_, response) => response.writeHead(401).end('{"code":"Unauthenticated"}'));
    await expect(closed.get('/')).rejects.toMatchObject({ kind: 'refused' });
  });
});
