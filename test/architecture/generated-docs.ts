import type { GeneratedDoc } from './doc-files';
import { staleDocs, writeDocs } from './doc-files';
import { errorsCatalogue } from './errors-catalogue';
import { eventsCatalogue } from './events-catalogue';

const generatedDocs: readonly GeneratedDoc[] = [
  { file: 'errors.md', text: errorsCatalogue },
  { file: 'events.md', text: eventsCatalogue },
];

export const writeGeneratedDocs = (): Promise<void> => writeDocs(generatedDocs);
export const staleGeneratedDocs = (): Promise<readonly string[]> => staleDocs(generatedDocs);
