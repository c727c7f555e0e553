import type { Type } from '@nestjs/common';
import type { CallerRole, Permissions } from '../../libs/platform/http/caller';
import { openApiDocument, servedOperations } from '../../libs/platform/http/openapi';
import type { GeneratedDoc } from './doc-files';
import { markdownTable } from './markdown-table';

const roles: readonly CallerRole[] = ['till', 'staff', 'manager', 'analyst', 'service', 'admin'];

/** The OpenAPI document, the list of endpoints, and who may call them. */
export function httpDocs(controllers: readonly Type[], permissions: Permissions, version: string): GeneratedDoc[] {
  return [
    { file: 'openapi.json', text: () => JSON.stringify(openApiDocument(controllers, permissions, version), null, 2) },
    { file: 'endpoints.md', text: () => endpointsCatalogue(controllers) },
    { file: 'permissions.md', text: () => permissionsCatalogue(controllers, permissions) },
  ];
}

function endpointsCatalogue(controllers: readonly Type[]): string {
  const rows = inOrder(controllers).map(({ method, path, terms }) => [
    `\`${method} ${path}\``,
    terms.id,
    terms.summary,
  ]);
  return `# Endpoints\n\n${markdownTable(['request', 'operation', 'what it does'], rows)}`;
}

function permissionsCatalogue(controllers: readonly Type[], permissions: Permissions): string {
  const rows = inOrder(controllers).map(({ terms }) => [
    terms.id,
    ...roles.map((role) => (terms.open === true || permissions[terms.id]?.includes(role) ? 'yes' : '')),
  ]);
  return `# Permissions\n\nWhat is not named is refused.\n\n${markdownTable(['operation', ...roles], rows)}`;
}

const inOrder = (controllers: readonly Type[]): ReturnType<typeof servedOperations> =>
  servedOperations(controllers).toSorted((one, other) => {
    const [left, right] = [`${one.path} ${one.method}`, `${other.path} ${other.method}`];
    return left < right ? -1 : Number(left > right);
  });
