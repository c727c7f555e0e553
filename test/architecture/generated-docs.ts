import { CONTROLLERS } from '../../libs/capabilities/product.module';
import { asyncApiDocument } from '../../libs/capabilities/feed/async-api';
import { generateOpenApi, INTERFACE_VERSION } from '../../libs/capabilities/product-openapi';
import { programmeSchema } from '../../libs/capabilities/programmes';
import { PERMISSIONS } from '../../libs/capabilities/tenants';
import { CONTRACTS, contractsCatalogue } from './contracts-catalogue';
import { staleDocs, writeDocs, type GeneratedDoc } from './doc-files';
import { errorsCatalogue } from './errors-catalogue';
import { eventsCatalogue } from './events-catalogue';
import { endpointsCatalogue, permissionsCatalogue } from './http-catalogue';
import { settingsCatalogue } from './settings-catalogue';

const generatedDocs: readonly GeneratedDoc[] = [
  { file: 'asyncapi.json', text: () => JSON.stringify(asyncApiDocument(INTERFACE_VERSION), null, 2) },
  { file: CONTRACTS, text: contractsCatalogue },
  { file: 'endpoints.md', text: () => endpointsCatalogue(CONTROLLERS) },
  { file: 'errors.md', text: errorsCatalogue },
  { file: 'events.md', text: eventsCatalogue },
  { file: 'openapi.json', text: generateOpenApi },
  { file: 'permissions.md', text: () => permissionsCatalogue(CONTROLLERS, PERMISSIONS) },
  { file: 'programme.schema.json', text: () => `${JSON.stringify(programmeSchema, null, 2)}\n` },
  { file: 'settings.md', text: settingsCatalogue },
];

export const writeGeneratedDocs = (): Promise<void> => writeDocs(generatedDocs);
export const staleGeneratedDocs = (): Promise<readonly string[]> => staleDocs(generatedDocs);
