// Permissions as they are granted: named actions, named resources; a resource that ends in `*` only with a reason.
import { Stack } from 'aws-cdk-lib';
import { type Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import * as z from 'zod';
import { acknowledge } from './acknowledge.ts';

/** One permission. */
export interface Permission {
  /** Whole names, such as `s3:GetObject`. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why it cannot be narrower; needed where a resource has a `*`. It is kept in the validation report. */
  readonly because?: string;
}

/** Adds a permission to a role, or to a policy of its own. @throws RangeError for `*` in an action, or in a resource without a reason */
export function allow(grantee: Role | Policy, permission: Permission): void {
  const { actions, resources, conditions, because } = permission;
  const wide = actions.find((action) => action.includes('*'));
  if (wide !== undefined) throw new RangeError(`The action ${wide} is no single action.`);
  const statement = new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });
  if ('addToPrincipalPolicy' in grantee) grantee.addToPrincipalPolicy(statement);
  else grantee.addStatements(statement);
  for (const resource of resources) {
    const text = flat(Stack.of(grantee).resolve(resource));
    if (!text.includes('*')) continue;
    if (because === undefined) throw new RangeError(`The resource ${text} needs a reason.`);
    acknowledge(grantee, `IAM5[Resource::${text}]`, because);
  }
}

const Join = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const GetAtt = z.strictObject({ 'Fn::GetAtt': z.array(z.string()) });
const Sub = z.strictObject({ 'Fn::Sub': z.string() });
const Ref = z.strictObject({ Ref: z.string() });

/** An intrinsic as cdk-nag writes it in the ids of findings: `arn:<AWS::Partition>:s3:::<Bucket>/*`. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = Join.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(flat).join(join.data['Fn::Join'][0]);
  const attribute = GetAtt.safeParse(value);
  if (attribute.success) return `<${attribute.data['Fn::GetAtt'].join('.')}>`;
  const sub = Sub.safeParse(value);
  if (sub.success) return sub.data['Fn::Sub'].replaceAll(/\$\{([^}]+)\}/g, '<$1>');
  return `<${Ref.parse(value).Ref}>`;
}
