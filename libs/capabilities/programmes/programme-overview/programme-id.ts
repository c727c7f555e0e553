import { isClientPart, type ProgrammeId, type TenantId } from '../../../kernel/ids';
import { problem } from '../../../platform/http/http-problem';
import type { ListedProgramme, ProgrammeDirectory } from '../programme/programme-directory';

/** The id of a programme in a path. @throws HttpProblem 400. */
export function programmeId(id: string): ProgrammeId {
  if (isClientPart(id)) return id as ProgrammeId;
  throw problem('InvalidRequest', 'the id of a programme has 1 to 64 of A-Z a-z 0-9 . _ -');
}

/** @throws HttpProblem 404 where the tenant has no such programme. */
export function findProgramme(directory: ProgrammeDirectory, tenant: TenantId, id: string): ListedProgramme {
  const found = directory.find(tenant, id);
  if (found === undefined) throw problem('ProgrammeNotFound', `there is no programme ${id}`);
  return found;
}
