import { openingServer } from './opening-server';

describe('while the product opens', () => {
  it('is alive, has everything else asked again, and leaves its port to the product', async () => {
    const opening = await openingServer(0);
    const url = `http://127.0.0.1:${opening.port}`;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    for (const path of ['/health/ready', '/v1/purchases']) {
      const answer = await fetch(url + path);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'NotReady', retryable: true });
    }
    opening.waitsFor('its keys');
    const waiting = await (await fetch(`${url}/health/ready`)).json();
    expect(waiting).toMatchObject({ detail: expect.stringContaining('waits for its keys') as string });
    await expect(openingServer(opening.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await opening.close();
    const next = await openingServer(opening.port);
    await next.close();
    await next.close();
  });
});
