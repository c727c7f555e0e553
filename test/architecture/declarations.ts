import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { inRepository } from './repository';

/** Interfaces and classes of a source file, with their docstrings and the literals of their members: what catalogues are made of. */
export interface Declaration {
  readonly name: string;
  /** The docstring as one line; empty where there is none. */
  readonly meaning: string;
  /** Members whose type or initial value is a literal, by name: `type: 'PurchaseRecorded'` → "PurchaseRecorded". */
  readonly literals: ReadonlyMap<string, string>;
}

export function declarationsOf(file: string): readonly Declaration[] {
  const source = ts.createSourceFile(file, readFileSync(inRepository(file), 'utf8'), ts.ScriptTarget.ES2023, true);
  return source.statements
    .filter((statement) => ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement))
    .map((statement) => ({
      name: statement.name?.text ?? '',
      meaning: meaningOf(statement),
      literals: new Map([...statement.members].flatMap(literalMember)),
    }));
}

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
  const value = literal === undefined ? undefined : literalText(literal);
  return value === undefined ? [] : [[member.name.getText(), value]];
}

const literalOfType = (type: ts.TypeNode | undefined): ts.Expression | undefined =>
  type !== undefined && ts.isLiteralTypeNode(type) ? type.literal : undefined;

function literalText(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword
    ? node.getText()
    : undefined;
}
