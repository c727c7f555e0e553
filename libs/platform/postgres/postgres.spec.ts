import { StoreFullFault, StoreUnavailableFault } from '../event-store/faults';
import { onPostgres, postgresFault } from './postgres';

describe('a failure of PostgreSQL', () => {
  const failure = (code: string | undefined, message = 'it failed'): Error =>
    Object.assign(new Error(message), code === undefined ? {} : { code });

  it.each([
    ['the server is shut down', '57P01'],
    ['it crashed', '57P02'],
    ['it is starting up', '57P03'],
    ['the connection broke', '08006'],
    ['there are too many connections', '53300'],
    ['a statement took too long', '57014'],
    ['two transactions met', '40P01'],
    ['it went over to a standby', '25006'],
    ['nobody listens', 'ECONNREFUSED'],
    ['the socket was reset', 'ECONNRESET'],
    ['its disk fails', '58030'],
  ])('is unavailable where %s (%s)', (_, code) => {
    expect(postgresFault(failure(code))).toBeInstanceOf(StoreUnavailableFault);
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('is unavailable where the driver says "%s"', (message) => {
    expect(postgresFault(failure(undefined, message))).toBeInstanceOf(StoreUnavailableFault);
  });

  it('is a full store where there is no space left', () => {
    expect(postgresFault(failure('53100'))).toBeInstanceOf(StoreFullFault);
  });

  it.each([
    ['a statement is wrong', failure('42601')],
    ['a key is there twice', failure('23505')],
    ['it is of ours', failure(undefined, 'a defect')],
  ])('is left as it is where %s', async (_, error) => {
    expect(postgresFault(error)).toBeUndefined();
    await expect(onPostgres(() => Promise.reject(error))).rejects.toBe(error);
  });
});
