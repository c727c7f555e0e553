import { Controller, Get, Put } from '@nestjs/common';
import { Operation } from '../../libs/platform/http/operation';
import { httpDocs } from './http-catalogue';

@Controller('v1/tills')
class TillsHttp {
  @Put(':id')
  @Operation({ id: 'setTill', summary: 'Set a till up', tag: 'tills', answer: { status: 200, description: 'Done.' } })
  set(): void {}

  @Get(':id')
  @Operation({ id: 'getTill', summary: 'Show a till', tag: 'tills', answer: { status: 200, description: 'The till.' } })
  get(): void {}
}

describe('the documents of the API', () => {
  const docs = new Map(
    httpDocs([TillsHttp], { setTill: ['admin'], getTill: ['till', 'admin'] }, '1.2.3').map(({ file, text }) => [
      file,
      text,
    ]),
  );

  it('list the endpoints by path', async () => {
    expect((await docs.get('endpoints.md')?.())?.split('\n').slice(4)).toEqual([
      '| `GET /v1/tills/{id}` | getTill | Show a till |',
      '| `PUT /v1/tills/{id}` | setTill | Set a till up |',
    ]);
  });

  it('say who may do what', async () => {
    expect((await docs.get('permissions.md')?.())?.split('\n').slice(6)).toEqual([
      '| getTill | yes |  |  |  |  | yes |',
      '| setTill |  |  |  |  |  | yes |',
    ]);
  });

  it('hold the OpenAPI document', async () => {
    expect(JSON.parse((await docs.get('openapi.json')?.()) ?? '')).toMatchObject({
      openapi: '3.1.0',
      info: { version: '1.2.3' },
      paths: { '/v1/tills/{id}': { get: { operationId: 'getTill' }, put: { operationId: 'setTill' } } },
    });
  });
});
