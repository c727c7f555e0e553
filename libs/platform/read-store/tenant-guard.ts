import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  OperationNodeTransformer,
  OperatorNode,
  ParensNode,
  RawNode,
  ReferenceNode,
  sql,
  TableNode,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type SelectModifierNode,
  type SelectQueryNode,
  type UnknownRow,
} from 'kysely';
import { Defect } from '../../kernel/defect';

const ACROSS_TENANTS = '/* across tenants */';

/** The end of a query that is about all tenants by intention, such as what falls due: `.modifyEnd(acrossTenants)`. */
export const acrossTenants = sql.raw(ACROSS_TENANTS);

/**
 * On every query door: a query, or a part of one, that reads a table and does not say of which tenant is a defect and is
 * never sent. Statements that are written as text are not looked into.
 */
export class TenantGuard implements KyselyPlugin {
  private readonly reader = new SelectReader();

  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return this.reader.transformNode(node);
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return Promise.resolve(result);
  }
}

class SelectReader extends OperationNodeTransformer {
  protected override transformSelectQuery(node: SelectQueryNode): SelectQueryNode {
    const read = [...(node.from?.froms ?? []), ...(node.joins ?? []).map(({ table }) => table)];
    if (read.some(isTable) && !namesTenant(node.where?.where) && !(node.endModifiers ?? []).some(isAcrossTenants)) {
      throw new Defect('a query of read models must say of which tenant');
    }
    return super.transformSelectQuery(node);
  }
}

const isTable = (node: OperationNode): boolean => TableNode.is(AliasNode.is(node) ? node.node : node);

function namesTenant(condition: OperationNode | undefined): boolean {
  if (condition === undefined) return false;
  if (ParensNode.is(condition)) return namesTenant(condition.node);
  if (AndNode.is(condition)) return namesTenant(condition.left) || namesTenant(condition.right);
  if (!BinaryOperationNode.is(condition)) return false;
  const { leftOperand, operator } = condition;
  const column = ReferenceNode.is(leftOperand) ? leftOperand.column : leftOperand;
  return (
    ColumnNode.is(column) && column.column.name === 'tenant' && OperatorNode.is(operator) && operator.operator === '='
  );
}

const isAcrossTenants = ({ rawModifier }: SelectModifierNode): boolean =>
  rawModifier !== undefined && RawNode.is(rawModifier) && rawModifier.sqlFragments.join('') === ACROSS_TENANTS;
