#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander';
import { EXIT_CODES, exitCodesHelp, faultToTell } from './cli-fault';
import { audit, type AuditOptions } from './audit/audit';
import { createTenant } from './create-tenant/create-tenant';
import { DEFAULT_DATA } from './data-directory';
import { classificationHelp } from './import-online-retail/classify-invoice';
import { importOnlineRetail, type ImportOptions } from './import-online-retail/import-online-retail';
import { TILLS } from './import-online-retail/purchase-of-invoice';
import { copyLogVerb, type CopyOptions } from './log/copy-log';
import { BACKWARD_LIMIT, printLog, type LogSelection } from './log/print-log';
import { forgiveClosedPipes } from './output';
import {
  changeProjection,
  projectionsStatus,
  type ProjectionsOptions,
  type ProjectionVerb,
  type SwitchOptions,
} from './projections/projections';
import { verify } from './verify/verify';

const dataOption = ['--data <dir>', 'data directory', DEFAULT_DATA] as const;

function program(): Command {
  const suki = new Command('suki').description('Operator verbs of Suki').addHelpText('after', exitCodesHelp);
  suki.configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'suki: ')) });
  suki.exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : EXIT_CODES.usage));

  const imports = suki.command('import').description('post history through the public API');
  imports
    .command('online-retail')
    .description('invoices of the UCI "Online Retail II" set, as CSV or .csv.gz')
    .argument('<file...>', 'files with the columns invoice_no … country')
    .option('--url <url>', 'where the server listens (default: the one that runs on --data)')
    .option(...dataOption)
    .option('--key <file>', 'an admin key of the tenant (default: DIR/keys/local-admin.key)')
    .option('--programme <file>', 'draft, publish and activate this document first, for all time')
    .option(
      '--report <dir>',
      "write figures of the server's read models and ledger: totals, months, best customers, as of",
    )
    .option('--rejects <file>', 'where to write what is not posted', 'online-retail-rejects.ndjson')
    .option('--tills <n>', `how many of the ${TILLS} tills work at a time`, wholeNumber(1, TILLS), TILLS)
    .option('--shuffle <seed>', 'deliver in a random order that follows from this whole number', wholeNumber(0))
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', classificationHelp)
    .action((files: string[], options: ImportOptions) => importOnlineRetail(files, options));

  suki
    .command('tenant')
    .description('whose customers, outlets and programmes are kept apart')
    .command('create')
    .description('make a tenant without programme and outlets; prints the file that holds its admin key')
    .argument('<name>', '1 to 32 of a-z and 0-9')
    .option(...dataOption)
    .action((name: string, options: { data: string }) => createTenant(name, options));

  suki
    .command('verify')
    .description('check every stored byte: CRC and hash chain of the log, rows of keys.db; beside a running server too')
    .option(...dataOption)
    .action((options: { data: string }) => verify(options));

  suki
    .command('audit')
    .description('derive every account again and compare with what is recorded; beside a running server too')
    .option(...dataOption)
    .option('--json', 'print the report as JSON')
    .action((options: AuditOptions) => audit(options));

  const log = suki
    .command('log')
    .description('print stored events as NDJSON; beside a running server too')
    .option(...dataOption)
    .option('--stream <name>', 'only this stream')
    .option('--category <name>', 'only streams of this category')
    .option('--type <name>', 'only events of this type')
    .option('--tenant <name>', 'only streams of this tenant')
    .option('--after <position>', 'only events after this position', wholeNumber(0))
    .option('--limit <n>', 'at most so many', wholeNumber(1))
    .option('--backward', `newest first (at most ${BACKWARD_LIMIT} unless --limit says more)`)
    .action((options: LogSelection & { data: string }) => printLog(options));
  log
    .command('copy')
    .description('copy a whole log, either way, and compare the hash chains; begun again it goes on where it was')
    .requiredOption('--from <place>', 'embedded:DIR, also of a running server, or esdb://…')
    .requiredOption('--to <place>', 'embedded:DIR or esdb://…, empty or an earlier copy')
    .option('--keys <dir>', 'data directory with the keys of persons (default: the one of the two that has them)')
    .action((options: CopyOptions) => copyLogVerb(options));

  const projections = suki
    .command('projections')
    .description('how far the read models are, and building one again beside the live one; beside running servers too');
  const readStoreOption = ['--read-store <place>', 'sqlite:FILE or postgres://… (default: read.db in --data)'] as const;
  projections
    .command('status')
    .description('position of every read model; of one that is being built: percent, events a second, time left')
    .option(...dataOption)
    .option(...readStoreOption)
    .action((options: ProjectionsOptions) => projectionsStatus(options));
  for (const [verb, meaning] of PROJECTION_VERBS) {
    const command = projections
      .command(verb)
      .description(meaning)
      .argument('<name>', 'name of the read model')
      .option(...dataOption)
      .option(...readStoreOption)
      .action((name: string, options: SwitchOptions) => changeProjection(verb, name, options));
    if (verb === 'switch') command.option('--different', 'also where the two differ, as the live one is what is wrong');
  }
  return suki;
}

const PROJECTION_VERBS: readonly (readonly [ProjectionVerb, string])[] = [
  ['rebuild', 'build it again from the beginning of the log, beside the live one'],
  ['pause', 'stand still until "resume"'],
  ['resume', 'go on'],
  ['cancel', 'drop what was built; the live one stays'],
  ['verify', 'compare the live and the new one row for row'],
  ['switch', 'compare, then let the new one take the place of the live one; the old one follows'],
  ['rollback', 'let the old one take its place again'],
  ['finish', 'drop the old one'],
];

function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

forgiveClosedPipes();
program()
  .parseAsync()
  .catch((error: unknown) => {
    const fault = faultToTell(error);
    if (fault === undefined) throw error;
    console.error(`suki: ${fault.message}`);
    process.exitCode = fault.exitCode;
  });
