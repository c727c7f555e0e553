import { Controller, Get, Put } from '@nestjs/common';
import { Operation } from '../../libs/platform/http/operation';
import { endpointsCatalogue, permissionsCatalogue } from './http-catalogue';

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
  it('list the endpoints by path', () => {
    expect(endpointsCatalogue([TillsHttp]).split('\n').slice(4)).toEqual([
      '| `GET /v1/tills/{id}` | getTill | Show a till |',
      '| `PUT /v1/tills/{id}` | setTill | Set a till up |',
    ]);
  });

  it('say who may do what', () => {
    const permissions = { setTill: ['admin'], getTill: ['till', 'admin'] } as const;
    const [, , , , head, , ...rows] = permissionsCatalogue([TillsHttp], permissions).split('\n');
    expect(head).toBe('| operation | till | staff | manager | analyst | service | admin |');
    expect(rows).toEqual(['| getTill | yes |  |  |  |  | yes |', '| setTill |  |  |  |  |  | yes |']);
  });
});
