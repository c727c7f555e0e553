import type { GeneratedDoc } from './doc-files';
import { staleDocs, writeDocs } from './doc-files';
import { eventsCatalogue } from './events-catalogue';
import { faultsCatalogue } from './faults-catalogue';

const generatedDocs: readonly GeneratedDoc[] = [
  { file: 'events.md', text: eventsCatalogue },
  { file: 'faults.md', text: faultsCatalogue },
];

export const writeGeneratedDocs = (): Promise<void> => writeDocs(generatedDocs);
export const staleGeneratedDocs = (): Promise<readonly string[]> => staleDocs(generatedDocs);
