// What the emulator's CloudFormation and IAM take otherwise than AWS is said their way in the templates before they are
// deployed. What AWS is given is asserted on the templates as they are made, in test/infrastructure.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const Template = z.looseObject({
  Outputs: z.record(z.string(), z.unknown()).optional(),
});
type Template = z.infer<typeof Template>;

/** Rewrites the templates of an assembly. */
export async function fitAssembly(assembly: string): Promise<void> {
  const names = (await readdir(assembly)).filter((name) => name.endsWith('.template.json'));
  for (const name of names) {
    const path = join(assembly, name);
    const template = Template.parse(JSON.parse(await readFile(path, 'utf8')));
    await writeFile(path, JSON.stringify(FITTINGS.reduce((fitted, fit) => fit(fitted), template)));
  }
}

/** It cannot tell the DNS records of an SES identity: outputs that show them go. */
function knownOutputs({ Outputs = {}, ...rest }: Template): Template {
  const known = Object.entries(Outputs).filter(
    ([, output]) => !/"DkimDNSToken(Name|Value)\d"/.test(JSON.stringify(output)),
  );
  return { ...rest, Outputs: Object.fromEntries(known) };
}

/** AWS allows a PartiQL statement by what it does to a table; the emulator by the call that carries it, to no resource. */
function actionsOfPartiQl(template: Template): Template {
  return rewrite(template, (value) => {
    const allows = value['Effect'] === 'Allow' && [value['Action']].flat().includes('dynamodb:PartiQLInsert');
    if (!allows) return value;
    return {
      ...value,
      Action: ['dynamodb:ExecuteStatement', 'dynamodb:BatchExecuteStatement'],
      Resource: '*',
    };
  });
}

const Signing = z.looseObject({
  StringEquals: z.looseObject({ 'kms:SigningAlgorithm': z.string(), 'kms:MessageType': z.string() }),
});

/** Conditions on how a key signs are not known: with them nobody may sign at all. Those on who signs stay. */
function conditionsOfSigning(template: Template): Template {
  return rewrite(template, (value) => {
    const parsed = Signing.safeParse(value['Condition']);
    if (!parsed.success) return value;
    const { StringEquals: _, ...Condition } = parsed.data;
    return { ...value, Condition };
  });
}

const Signers = z.looseObject({
  ArnEquals: z.strictObject({ 'aws:PrincipalArn': z.array(z.string()) }),
});

/** `aws:PrincipalArn` of a role's session is the role's ARN on AWS, and the session's here. Both are then meant. */
function sessionsOfRoles(template: Template): Template {
  return rewrite(template, (value) => {
    const parsed = Signers.safeParse(value);
    if (!parsed.success) return value;
    const { ArnEquals, ...rest } = parsed.data;
    const roles = ArnEquals['aws:PrincipalArn'];
    const sessions = roles.map(
      (arn) => `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/*`,
    );
    return { ...rest, ArnLike: { 'aws:PrincipalArn': [...roles, ...sessions] } };
  });
}

/** Sending mail is allowed by identity and sender on AWS; here it is checked against no resource and no sender. */
function actionsOfMail(template: Template): Template {
  return rewrite(template, (value) => {
    if (value['Effect'] !== 'Allow' || ![value['Action']].flat().includes('ses:SendEmail')) return value;
    const { Condition: _, ...rest } = value;
    return { ...rest, Resource: '*' };
  });
}

/** Whoever may send a message may send a batch on AWS; here that is another action. */
function actionsOfQueues(template: Template): Template {
  return rewrite(template, (value) => {
    const actions = [value['Action']].flat();
    if (value['Effect'] !== 'Allow' || !actions.includes('sqs:SendMessage')) return value;
    return { ...value, Action: [...actions, 'sqs:SendMessageBatch'] };
  });
}

const FITTINGS = [
  knownOutputs,
  actionsOfPartiQl,
  conditionsOfSigning,
  sessionsOfRoles,
  actionsOfMail,
  actionsOfQueues,
] as const;

type Change = (value: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

function rewrite(template: Template, change: Change): Template {
  return Template.parse(
    JSON.parse(JSON.stringify(template), (_key, value: unknown) => {
      const parsed = z.record(z.string(), z.unknown()).safeParse(value);
      return parsed.success ? change(parsed.data) : value;
    }),
  );
}
