import type { Type } from '@nestjs/common';
import { ROLES } from '../../libs/capabilities/tenants';
import type { Permissions } from '../../libs/platform/http/caller';
import { servedOperations, type ServedOperation } from '../../libs/platform/http/openapi';
import { markdownTable } from './markdown-table';

/** Every request the product answers, by path. */
export function endpointsCatalogue(controllers: readonly Type[]): string {
  const rows = inOrder(controllers).map(({ method, path, terms }) => [
    `\`${method} ${path}\``,
    terms.id,
    terms.summary,
  ]);
  return `# Endpoints\n\n${markdownTable(['request', 'operation', 'what it does'], rows)}`;
}

/** Who may ask for what; an open operation is for everybody. */
export function permissionsCatalogue(controllers: readonly Type[], permissions: Permissions): string {
  const rows = inOrder(controllers).map(({ terms }) => [
    terms.id,
    ...ROLES.map((role) => (terms.open === true || permissions[terms.id]?.includes(role) ? 'yes' : '')),
  ]);
  return `# Permissions\n\nWhat is not named is refused.\n\n${markdownTable(['operation', ...ROLES], rows)}`;
}

function inOrder(controllers: readonly Type[]): readonly ServedOperation[] {
  const place = ({ path, method }: ServedOperation): string => `${path} ${method}`;
  return servedOperations(controllers).toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}
