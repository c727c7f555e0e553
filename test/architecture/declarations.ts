import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { inRepository } from './repository';

/** Interfaces and classes of a source file, with their docstrings and the literals of their members: what catalogues are made of. */
export interface Declaration {
  readonly name: string;
  /** The docstring as one line; empty where there is none. */
  readonly meaning: string;
  /** What it extends, where that is a name. */
  readonly parent: string | undefined;
  /** Members whose type or initial value is a literal, by name: `type: 'PurchaseRecorded'` → "PurchaseRecorded". */
  readonly literals: ReadonlyMap<string, string>;
}

export function declarationsOf(file: string): readonly Declaration[] {
  return sourceOf(file)
    .statements.filter((statement) => ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement))
    .map((statement) => ({
      name: statement.name?.text ?? '',
      meaning: meaningOf(statement),
      parent: statement.heritageClauses?.[0]?.types[0]?.expression.getText(),
      literals: new Map([...statement.members].flatMap(literalMember)),
    }));
}

const sourceOf = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(inRepository(file), 'utf8'), ts.ScriptTarget.ES2023, true);

/** The meaning of something that must have one. */
export function stated(name: string, meaning: string): string {
  if (meaning === '') throw new Error(`${name} has no docstring that says what it means`);
  return meaning;
}

function meaningOf(node: ts.Node): string {
  const text = ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join(' ');
  return text.replace(/\s+/g, ' ').trim();
}

function literalMember(member: ts.TypeElement | ts.ClassElement): [string, string][] {
  if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) return [];
  const literal = ts.isPropertyDeclaration(member) ? member.initializer : literalOfType(member.type);
  const value = literalText(literal);
  return value === undefined ? [] : [[member.name.getText(), value]];
}

const literalOfType = (type: ts.TypeNode | undefined): ts.Expression | undefined =>
  type !== undefined && ts.isLiteralTypeNode(type) ? type.literal : undefined;

function literalText(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword
    ? node.getText()
    : undefined;
}

/** The literals of an exported union of texts: `export type RecordPurchaseRefusal = 'NoLines' | …`. */
export function textUnionsOf(file: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    sourceOf(file)
      .statements.filter(ts.isTypeAliasDeclaration)
      .map(({ name, type }) => {
        const members = ts.isUnionTypeNode(type) ? [...type.types] : [type];
        return [name.text, members.flatMap((member) => literalText(literalOfType(member)) ?? [])];
      }),
  );
}

/** Every text that is written in a file. */
export function textsIn(file: string): ReadonlySet<string> {
  const texts = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return texts;
}
